using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class DropNoticeTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly DropNotice _notice = new();

    [Fact]
    public void With_nothing_dropped_nothing_is_due()
    {
        Assert.Null(_notice.DueIn(Start));
        Assert.Equal(0, _notice.TakeDue(Start));
        Assert.Equal(0, _notice.TakeRest());
    }

    [Fact]
    public void Lines_of_one_second_are_told_together()
    {
        _notice.Dropped(Start);
        _notice.Dropped(Start + TimeSpan.FromSeconds(0.5));

        Assert.Equal(TimeSpan.FromSeconds(0.5), _notice.DueIn(Start + TimeSpan.FromSeconds(0.5)));
        Assert.Equal(0, _notice.TakeDue(Start + TimeSpan.FromSeconds(0.9)));
        Assert.Equal(2, _notice.TakeDue(Start + TimeSpan.FromSeconds(1)));
        Assert.Null(_notice.DueIn(Start + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_flood_is_told_once_a_second()
    {
        var told = new List<long>();
        for (var i = 0; i < 5000; i++)
        {
            var now = Start + TimeSpan.FromMilliseconds(i);
            _notice.Dropped(now);
            if (_notice.TakeDue(now) is > 0 and var count)
                told.Add(count);
        }

        Assert.InRange(told.Count, 4, 5);
        Assert.Equal(5000, told.Sum() + _notice.TakeRest());
    }
}
