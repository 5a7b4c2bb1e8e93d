using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class FailedPoolTests
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(8, 3)]
    public void A_pool_fails_after_a_few_failed_starts(int size, int failures)
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = size });
        pool.Tick();
        for (var slot = 0; slot < failures - 1; slot++)
            pool.Exit(slot);
        var before = pool.State;

        pool.Exit(failures - 1);

        Assert.Equal((PoolState.Starting, PoolState.Failed), (before, pool.State));
    }

    [Fact]
    public void A_ready_worker_keeps_the_pool_from_failing()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4 });
        pool.Tick();
        pool.Ready(3);

        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);

        Assert.Equal(PoolState.Ready, pool.State);
    }

    [Fact]
    public void Failed_starts_beside_a_ready_worker_do_not_count_when_that_worker_dies()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4 });
        pool.Tick();
        pool.Ready(3);
        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);

        pool.Exit(3);

        Assert.Equal(PoolState.Degraded, pool.State);
    }

    [Fact]
    public void A_failed_pool_rejects_calls_with_the_reason()
    {
        var pool = Failed();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal((DecisionKind.Reject, RejectReason.PoolFailed), (decision.Kind, decision.Reason));
    }

    [Fact]
    public void A_failed_pool_knows_why()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();

        pool.Exit(0, "no module named torch");

        Assert.Equal("no module named torch", pool.Scheduler.LastFailure);
        Assert.Equal(("no module named torch", true), (pool.Slot(0).LastFailure, pool.Slot(0).StartFailed));
    }

    [Fact]
    public void A_failing_pool_rejects_its_queue()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);
        var waiting = new[] { pool.Call(), pool.Call() };

        var rejected = pool.Exit(0).Where(decision => decision is { Kind: DecisionKind.Reject, Reason: RejectReason.PoolFailed }).Tickets();

        Assert.Equal(waiting, rejected);
    }

    [Fact]
    public void A_call_rejected_from_the_queue_is_an_error()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);
        pool.Call();

        pool.Exit(0);

        Assert.Equal(new ShardCounters { Requests = 1, Errors = 1, WorkerDeaths = 1 }, pool.Counters);
    }

    [Fact]
    public void A_failed_pool_starts_nothing_before_its_pause_is_over()
    {
        var pool = Failed(size: 8);

        var decisions = pool.TickAfter(FirstPause - TimeSpan.FromTicks(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_failed_pool_probes_one_worker()
    {
        var pool = Failed(size: 8);

        var decisions = pool.TickAfter(FirstPause);

        Assert.Single(decisions);
    }

    [Fact]
    public void A_failed_pool_waits_for_its_probe()
    {
        var pool = Failed(size: 8);
        pool.TickAfter(FirstPause);

        var decisions = pool.TickAfter(TimeSpan.FromMinutes(10));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_failed_pool_waits_for_starts_under_way_before_it_probes()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4 });
        pool.Tick();
        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);

        var decisions = pool.TickAfter(TimeSpan.FromMinutes(10));

        Assert.Empty(decisions);
    }

    [Fact]
    public void Probes_double_their_pause()
    {
        var pool = Failed(size: 3);

        var pauses = Enumerable.Range(0, 10).Select(_ => PauseBeforeProbe(pool)).ToArray();

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000], pauses);
    }

    [Fact]
    public void A_ready_probe_ends_the_failure()
    {
        var pool = Failed(size: 8);
        var probe = pool.TickAfter(FirstPause).Started()[0];

        pool.Ready(probe);

        Assert.Equal(PoolState.Ready, pool.State);
    }

    [Fact]
    public void All_others_start_as_soon_as_the_probe_is_ready()
    {
        var pool = Failed(size: 8);
        var probe = pool.TickAfter(FirstPause).Started()[0];

        var started = pool.Ready(probe).Started();

        Assert.Equal(Enumerable.Range(0, 8).Except([probe]), started);
    }

    [Fact]
    public void Slots_are_forgiven_their_failures_when_the_pool_recovers()
    {
        var pool = Failed(size: 2);
        for (var i = 0; i < 6; i++)
            PauseBeforeProbe(pool);
        pool.TickAfter(TimeSpan.FromMinutes(1));
        pool.Ready(0);
        pool.Exit(1);

        var started = pool.TickAfter(FirstPause).Started();

        Assert.Equal([1], started);
    }

    [Fact]
    public void A_worker_that_was_still_starting_rescues_the_pool()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4 });
        pool.Tick();
        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);

        pool.Ready(3);

        Assert.Equal((PoolState.Ready, WorkerState.Ready), (pool.State, pool.Slot(3).State));
    }

    [Fact]
    public void The_rescued_pool_starts_all_others_at_once_whatever_their_pauses()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4, StartBatchDelay = TimeSpan.Zero });
        pool.Tick();
        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);

        var started = pool.Ready(3).Started();

        Assert.Equal([0, 1, 2], started);
    }

    private static PoolUnderTest Failed(int size = 1)
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = size, StartBatchDelay = TimeSpan.Zero });
        pool.Tick();
        for (var slot = 0; slot < size; slot++)
            pool.Exit(slot);
        return pool;
    }

    /// <summary>Milliseconds until the next probe, which then fails.</summary>
    private static int PauseBeforeProbe(PoolUnderTest pool)
    {
        var failed = pool.Now;
        int[] probes;
        do
            probes = pool.TickAfter(TimeSpan.FromMilliseconds(1)).Started();
        while (probes.Length == 0);
        var pause = (int)(pool.Now - failed).TotalMilliseconds;
        pool.Exit(Assert.Single(probes));
        return pause;
    }
}
