using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class ByteBudgetTests
{
    private readonly ByteBudget _budget = new(100);

    [Fact]
    public void What_finds_no_room_takes_none()
    {
        Assert.True(_budget.TryHold(60));
        Assert.False(_budget.TryHold(41));
        Assert.True(_budget.TryHold(40));

        Assert.Equal(100, _budget.Held);
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again()
    {
        _budget.TryHold(100);
        _budget.Release(30);

        Assert.True(_budget.TryHold(30));
        Assert.False(_budget.TryHold(1));
    }

    [Fact]
    public void A_share_grows_with_what_comes_and_gives_all_of_it_back()
    {
        using (var share = _budget.Begin())
        {
            Assert.True(share.TryGrow(10));
            Assert.True(share.TryGrow(5));
            Assert.True(share.TryAdd(80));
            Assert.False(share.TryAdd(11));
            Assert.Equal(90, _budget.Held);
        }

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void Threads_that_take_and_give_leave_nothing_behind()
    {
        Parallel.For(0, 10_000, number =>
        {
            if (_budget.TryHold(number % 50))
                _budget.Release(number % 50);
        });

        Assert.Equal(0, _budget.Held);
    }
}
