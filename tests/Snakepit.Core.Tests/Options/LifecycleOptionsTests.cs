using Snakepit.Core.Configuration;
using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Options;

public sealed class LifecycleOptionsTests
{
    [Fact]
    public void Without_a_word_the_guides_production_values_hold()
    {
        var heartbeat = HeartbeatOptions.Spec(new HeartbeatOptions(), new HeartbeatOptions(), TimeSpan.FromSeconds(5));
        var barrier = CrashBarrierOptions.Spec(new CrashBarrierOptions(), new CrashBarrierOptions());

        Assert.Equal(
            (true, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), 3, TimeSpan.Zero),
            (heartbeat.Enabled, heartbeat.Interval, heartbeat.Timeout, heartbeat.MaxMissed, heartbeat.InitialDelay));
        Assert.True(HeartbeatOptions.IsDependent(new HeartbeatOptions(), new HeartbeatOptions()));
        Assert.Equal(
            (new RetryPolicy(CrashRetry.Idempotent, 1, TimeSpan.Zero), TimeSpan.FromSeconds(5), 10),
            (barrier.Retry, barrier.Taint, barrier.Breaker.Crashes));
    }

    [Fact]
    public void A_pools_own_value_goes_before_the_silos_and_that_before_the_default()
    {
        var pool = new HeartbeatOptions { MaxMissed = 7 };
        var silo = new HeartbeatOptions { MaxMissed = 5, PingInterval = TimeSpan.FromSeconds(1), Dependent = false };

        var spec = HeartbeatOptions.Spec(pool, silo, TimeSpan.FromSeconds(5));

        Assert.Equal((7, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), (spec.MaxMissed, spec.Interval, spec.Timeout));
        Assert.False(HeartbeatOptions.IsDependent(pool, silo));
        Assert.True(HeartbeatOptions.IsDependent(pool with { Dependent = true }, silo));
    }

    [Fact]
    public void A_barrier_that_is_switched_off_does_nothing()
    {
        var barrier = CrashBarrierOptions.Spec(
            new CrashBarrierOptions { Enabled = false, Retry = CrashRetry.Always }, new CrashBarrierOptions());

        Assert.Equal((RetryPolicy.None, TimeSpan.Zero, 0), (barrier.Retry, barrier.Taint, barrier.Breaker.Crashes));
    }

    [Fact]
    public void The_guides_barrier_is_read_as_it_stands()
    {
        var options = Read(
            ("CrashBarrier:Enabled", "true"),
            ("CrashBarrier:Retry", "idempotent"),
            ("CrashBarrier:MaxRetries", "1"),
            ("CrashBarrier:Taint", "5000"));

        var barrier = options.Barrier(options.Pools[0]);

        Assert.Equal((CrashRetry.Idempotent, 1, TimeSpan.FromSeconds(5)), (barrier.Retry.Retry, barrier.Retry.MaxRetries, barrier.Taint));
    }

    [Fact]
    public void The_guides_limits_of_a_worker_are_read_as_they_stand()
    {
        var pool = Read(("Pools:0:WorkerTtl", "1h"), ("Pools:0:WorkerMaxRequests", "10000"), ("Pools:0:MemoryThresholdMb", "512")).Pools[0];

        Assert.Equal(
            new RecycleSpec
            {
                Ttl = TimeSpan.FromHours(1),
                Requests = 10_000,
                MemoryBytes = 512L << 20,
                MemoryGrowth = double.PositiveInfinity,
                Jitter = 0.1,
            },
            pool.Recycle);
    }

    [Fact]
    public void Without_limits_a_worker_may_stay_for_ever() => Assert.Equal(new RecycleSpec(), Read().Pools[0].Recycle);

    private static SnakepitOptions Read(params (string Path, string Value)[] values)
    {
        var section = new ConfigNode(SnakepitOptions.Section);
        foreach (var (path, value) in values.Append(("Pools:0:Name", "gpu")).Append(("Pools:0:AdapterModule", "app.Adapter")))
            path.Split(':').Aggregate(section, (node, name) => node.Child(name)).Value = value;
        return SnakepitOptionsValidator.Read(section);
    }
}
