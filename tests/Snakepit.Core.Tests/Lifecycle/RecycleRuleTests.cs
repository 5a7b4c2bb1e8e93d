using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class RecycleRuleTests
{
    private static readonly RecycleSpec Spec = new()
    {
        Ttl = TimeSpan.FromHours(1),
        Requests = 10_000,
        MemoryBytes = 500 << 20,
        MemoryGrowth = 2,
        Jitter = 0.1,
    };

    [Fact]
    public void Limits_differ_between_workers_and_are_never_above_the_pools()
    {
        var random = new Random(7);
        var drawn = Enumerable.Range(0, 1000).Select(_ => RecycleRule.Draw(Spec, random.NextDouble())).ToArray();

        Assert.All(drawn, limits =>
        {
            Assert.InRange(limits.Ttl, TimeSpan.FromMinutes(54), TimeSpan.FromHours(1));
            Assert.InRange(limits.Requests, 9_000, 10_000);
        });
        Assert.True(drawn.DistinctBy(limits => limits.Requests).Count() > 500);
        Assert.True(drawn.DistinctBy(limits => limits.Ttl).Count() > 500);
    }

    [Fact]
    public void Without_jitter_the_limits_are_the_pools()
    {
        var limits = RecycleRule.Draw(Spec with { Jitter = 0 }, 0.99);

        Assert.Equal((Spec.Ttl, Spec.Requests), (limits.Ttl, limits.Requests));
    }

    [Fact]
    public void No_limit_stays_no_limit()
    {
        Assert.Equal(RecycleLimits.None, RecycleRule.Draw(new RecycleSpec(), 0.5));
        Assert.False(RecycleRule.ServedEnough(RecycleLimits.None, long.MaxValue - 1));
        Assert.False(RecycleRule.TooBig(RecycleLimits.None, long.MaxValue - 1, 1));
    }

    [Fact]
    public void The_smallest_number_of_calls_is_one() =>
        Assert.Equal(1, RecycleRule.Draw(Spec with { Requests = 1, Jitter = 0.9 }, 0.99).Requests);

    [Fact]
    public void A_fresh_worker_above_the_limit_is_refused_with_both_numbers()
    {
        Assert.Equal(
            "uses 600 MB right after its start, MemoryThresholdMb is 500. Raise it, or load less", RecycleRule.Refusal(Spec, 600L << 20));
        Assert.Null(RecycleRule.Refusal(Spec, 499L << 20));
    }

    [Theory]
    [InlineData(0.125, 1, 7)]
    [InlineData(0.125, 2, 3)]
    [InlineData(0.125, 4, 1)]
    [InlineData(0.125, 8, 0)]
    [InlineData(0.125, 64, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(0.5, 1, 1)]
    public void Replacing_takes_its_share_of_the_processors(double share, int processors, double pause) =>
        Assert.Equal(pause, RecycleRule.Pause(share, processors));

    [Fact]
    public void Growth_needs_a_baseline() =>
        Assert.False(RecycleRule.TooBig(RecycleRule.Draw(Spec, 0), memoryBytes: 400 << 20, baselineBytes: 0));
}
