using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class OutputAllowanceTests
{
    private readonly OutputAllowance _allowance = new(new OutputLimits(LinesPerSecond: 10, BurstLines: 20));
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_burst_passes_and_no_more()
    {
        Assert.Equal(20, Passed(100));
    }

    [Fact]
    public void After_a_burst_lines_pass_at_the_steady_rate()
    {
        Passed(100);

        _now += TimeSpan.FromSeconds(1.5);

        Assert.Equal(15, Passed(100));
    }

    [Fact]
    public void Quiet_time_saves_up_one_burst_and_no_more()
    {
        Passed(100);

        _now += TimeSpan.FromDays(1);

        Assert.Equal(20, Passed(100));
    }

    [Fact]
    public void At_the_steady_rate_nothing_is_left_out()
    {
        Passed(100);

        for (var i = 0; i < 1000; i++)
        {
            _now += TimeSpan.FromMilliseconds(100);
            Assert.True(_allowance.TryPass(10, _now));
        }
    }

    [Fact]
    public void A_long_line_counts_as_several_and_may_be_paid_back_later()
    {
        Assert.Equal(20 / 5, Passed(100, bytes: 4 * 1024));
        _now += TimeSpan.FromSeconds(0.1);
        Assert.True(_allowance.TryPass(16 * 1024, _now));

        _now += TimeSpan.FromSeconds(1.6);
        Assert.False(_allowance.TryPass(10, _now));
        _now += TimeSpan.FromSeconds(0.2);
        Assert.True(_allowance.TryPass(10, _now));
    }

    [Fact]
    public void A_clock_that_stands_still_or_runs_back_gives_nothing()
    {
        Passed(100);

        Assert.False(_allowance.TryPass(10, _now));
        Assert.False(_allowance.TryPass(10, _now - TimeSpan.FromHours(1)));
    }

    private int Passed(int lines, int bytes = 10) => Enumerable.Range(0, lines).Count(_ => _allowance.TryPass(bytes, _now));
}
