using Snakepit.Core.Timeouts;

namespace Snakepit.Core.Tests.Timeouts;

public sealed class CallBudgetTests
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(60_000, 58_800)]
    [InlineData(300_000, 298_800)]
    [InlineData(7_000, 5_800)]
    [InlineData(6_000, 4_800)]
    [InlineData(5_000, 4_000)]
    [InlineData(1_000, 800)]
    [InlineData(100, 80)]
    [InlineData(2, 1.6)]
    public void Python_gets_the_total_less_the_margins(double totalMs, double rpcMs)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(rpcMs), CallBudget.Default.Rpc(TimeSpan.FromMilliseconds(totalMs)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(-60_000)]
    public void Python_never_gets_less_than_a_millisecond(int totalMs)
    {
        Assert.Equal(Least, CallBudget.Default.Rpc(TimeSpan.FromMilliseconds(totalMs)));
    }

    [Fact]
    public void Infinite_stays_infinite()
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, CallBudget.Default.Rpc(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void The_shrinking_margins_meet_the_full_ones_without_a_step()
    {
        var boundary = TimeSpan.FromSeconds(6);

        var step = CallBudget.Default.Rpc(boundary) - CallBudget.Default.Rpc(boundary - TimeSpan.FromTicks(1));

        Assert.InRange(step, TimeSpan.Zero, TimeSpan.FromTicks(2));
    }

    [Fact]
    public void Without_margins_python_gets_everything()
    {
        var total = TimeSpan.FromSeconds(3);

        Assert.Equal(total, new CallBudget(TimeSpan.Zero, TimeSpan.Zero).Rpc(total));
    }

    [Fact]
    public void The_longest_budget_does_not_overflow()
    {
        Assert.Equal(TimeSpan.MaxValue - TimeSpan.FromMilliseconds(1200), CallBudget.Default.Rpc(TimeSpan.MaxValue));
    }

    [Fact]
    public void An_inner_limit_always_ends_before_the_outer_one()
    {
        var random = new Random(4711);

        var broken = Enumerable.Range(0, 10_000)
            .Select(_ => (Budget: RandomBudget(random), Total: RandomTotal(random)))
            .Where(pair => pair.Budget.Rpc(pair.Total) is var rpc && (rpc >= pair.Total || rpc < Least));

        Assert.Empty(broken);
    }

    [Fact]
    public void More_budget_never_leaves_less_for_python()
    {
        var random = new Random(4712);

        var broken = Enumerable.Range(0, 10_000)
            .Select(_ => (Budget: RandomBudget(random), Less: RandomTotal(random), More: RandomTotal(random)))
            .Where(pair => pair.Less < pair.More && pair.Budget.Rpc(pair.Less) > pair.Budget.Rpc(pair.More));

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData(10_000, 60_000, 10_000)]
    [InlineData(10_000, 3_000, 3_000)]
    [InlineData(10_000, 10_000, 10_000)]
    [InlineData(Timeout.Infinite, 3_000, 3_000)]
    [InlineData(10_000, Timeout.Infinite, 10_000)]
    [InlineData(Timeout.Infinite, Timeout.Infinite, Timeout.Infinite)]
    public void A_call_waits_as_long_as_pool_and_budget_allow(int configuredMs, int remainingMs, int expectedMs)
    {
        var timeout = CallBudget.EffectiveQueueTimeout(TimeSpan.FromMilliseconds(configuredMs), TimeSpan.FromMilliseconds(remainingMs));

        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), timeout);
    }

    [Fact]
    public void A_budget_too_long_for_the_clock_is_no_limit()
    {
        var now = TimeSpan.FromHours(1);

        Assert.Equal(TimeSpan.MaxValue, CallBudget.Until(now, TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.MaxValue, CallBudget.Until(now, CallBudget.Default.Rpc(TimeSpan.MaxValue)));
        Assert.Equal(CallBudget.Infinite, CallBudget.Default.TotalFor(TimeSpan.MaxValue));
    }

    private static CallBudget RandomBudget(Random random) =>
        new(TimeSpan.FromMilliseconds(random.Next(0, 60_001)), TimeSpan.FromMilliseconds(random.Next(1, 60_001)));

    /// <summary>From 2 ms to a day, every size equally likely.</summary>
    private static TimeSpan RandomTotal(Random random) =>
        TimeSpan.FromMilliseconds(2 * Math.Pow(43_200_000, random.NextDouble()));
}
