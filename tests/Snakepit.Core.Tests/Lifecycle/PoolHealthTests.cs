using Snakepit.Core.Lifecycle;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class PoolHealthTests
{
    [Fact]
    public void A_new_pool_is_starting()
    {
        Assert.Equal(PoolState.Starting, new PoolHealth(4, new CrashBreaker(new BreakerSpec(), () => 0)).State);
    }

    [Fact]
    public void One_ready_worker_makes_it_ready()
    {
        var health = new PoolHealth(4, new CrashBreaker(new BreakerSpec(), () => 0));

        health.WorkerReady();

        Assert.Equal(PoolState.Ready, health.State);
    }

    [Fact]
    public void It_stays_ready_while_one_worker_is()
    {
        var health = new PoolHealth(4, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();
        health.WorkerReady();

        health.ReadyWorkerLeft("killed");

        Assert.Equal(PoolState.Ready, health.State);
    }

    [Fact]
    public void Without_its_last_ready_worker_it_is_degraded()
    {
        var health = new PoolHealth(4, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();

        health.ReadyWorkerLeft("killed");

        Assert.Equal(PoolState.Degraded, health.State);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(100, 3)]
    public void It_fails_after_as_many_failed_starts_as_it_has_workers_but_three_at_most(int size, int limit)
    {
        var health = new PoolHealth(size, new CrashBreaker(new BreakerSpec(), () => 0));

        var states = Enumerable.Range(0, limit).Select(_ => After(health, () => health.StartFailed("no"))).ToArray();

        Assert.Equal([.. Enumerable.Repeat(PoolState.Starting, limit - 1), PoolState.Failed], states);
    }

    [Fact]
    public void A_degraded_pool_fails_too()
    {
        var health = new PoolHealth(1, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();
        health.ReadyWorkerLeft("killed");

        health.StartFailed("no");

        Assert.Equal(PoolState.Failed, health.State);
    }

    [Fact]
    public void A_ready_worker_ends_the_row_of_failed_starts()
    {
        var health = new PoolHealth(3, new CrashBreaker(new BreakerSpec(), () => 0));
        health.StartFailed("no");
        health.StartFailed("no");
        health.WorkerReady();
        health.ReadyWorkerLeft("killed");

        health.StartFailed("no");

        Assert.Equal(PoolState.Degraded, health.State);
    }

    [Fact]
    public void Failed_starts_beside_a_ready_worker_do_not_count()
    {
        var health = new PoolHealth(4, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();
        for (var i = 0; i < 10; i++)
            health.StartFailed("no");

        health.ReadyWorkerLeft("killed");

        Assert.Equal(PoolState.Degraded, health.State);
    }

    [Fact]
    public void A_ready_worker_ends_the_failure()
    {
        var health = new PoolHealth(1, new CrashBreaker(new BreakerSpec(), () => 0));
        health.StartFailed("no");

        health.WorkerReady();

        Assert.Equal(PoolState.Ready, health.State);
    }

    [Fact]
    public void A_drain_can_be_taken_back()
    {
        var health = new PoolHealth(1, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();
        health.Drain();

        health.Resume();

        Assert.Equal(PoolState.Ready, health.State);
    }

    [Fact]
    public void Nothing_but_that_ends_a_drain()
    {
        var health = new PoolHealth(1, new CrashBreaker(new BreakerSpec(), () => 0));
        health.Drain();

        health.WorkerReady();

        Assert.Equal(PoolState.Draining, health.State);
    }

    [Fact]
    public void The_latest_failure_is_remembered()
    {
        var health = new PoolHealth(3, new CrashBreaker(new BreakerSpec(), () => 0));
        health.StartFailed("first");

        health.StartFailed("second");

        Assert.Equal("second", health.LastFailure);
    }

    [Fact]
    public void A_peaceful_end_does_not_hide_the_failure_before_it()
    {
        var health = new PoolHealth(3, new CrashBreaker(new BreakerSpec(), () => 0));
        health.WorkerReady();
        health.StartFailed("first");

        health.ReadyWorkerLeft(null);

        Assert.Equal("first", health.LastFailure);
    }

    [Fact]
    public void A_ready_worker_clears_the_failure()
    {
        var health = new PoolHealth(3, new CrashBreaker(new BreakerSpec(), () => 0));
        health.StartFailed("first");

        health.WorkerReady();

        Assert.Null(health.LastFailure);
    }

    private static PoolState After(PoolHealth health, Action fact)
    {
        fact();
        return health.State;
    }
}
