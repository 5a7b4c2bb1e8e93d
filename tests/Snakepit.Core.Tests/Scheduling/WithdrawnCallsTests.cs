using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class WithdrawnCallsTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    private readonly WithdrawnCalls _withdrawn = new();

    [Fact]
    public void A_call_stays_withdrawn_for_its_budget()
    {
        var call = Guid.NewGuid();
        Assert.True(_withdrawn.TryAdd(call, Budget, Now));

        _withdrawn.Tick(Now + Budget - TimeSpan.FromTicks(1));
        Assert.True(_withdrawn.Has(call));

        _withdrawn.Tick(Now + Budget);
        Assert.False(_withdrawn.Has(call));
    }

    [Fact]
    public void A_call_without_end_stays_withdrawn_for_the_longest_time()
    {
        var call = Guid.NewGuid();
        _withdrawn.TryAdd(call, Timeout.InfiniteTimeSpan, Now);

        _withdrawn.Tick(Now + WithdrawnCalls.Longest - TimeSpan.FromTicks(1));
        Assert.True(_withdrawn.Has(call));

        _withdrawn.Tick(Now + WithdrawnCalls.Longest);
        Assert.False(_withdrawn.Has(call));
    }

    [Fact]
    public void Their_number_is_bounded_and_one_that_is_known_needs_no_more_room()
    {
        var first = Guid.NewGuid();
        Assert.True(_withdrawn.TryAdd(first, Budget, Now));
        for (var more = 1; more < WithdrawnCalls.Most; more++)
            Assert.True(_withdrawn.TryAdd(Guid.NewGuid(), Budget, Now));

        Assert.False(_withdrawn.TryAdd(Guid.NewGuid(), Budget, Now));
        Assert.True(_withdrawn.TryAdd(first, Budget, Now));
    }
}
