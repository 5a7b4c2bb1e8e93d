using Snakepit.Core.Scaling;
using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>A shard that scales itself: sleep, wake-up, trouble, and a person who knows better.</summary>
public sealed class AutoscalingTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    [Fact]
    public void A_pool_that_may_sleep_begins_asleep_and_is_ready()
    {
        var pool = Sleeping();

        Assert.Empty(pool.TickAfter(TimeSpan.FromHours(1)));
        Assert.Equal((PoolState.Ready, 0, SizeSource.Auto), (pool.State, pool.Scheduler.Size, pool.Scheduler.Sizing.Source));
        Assert.False(pool.Scheduler.HasRoom);
    }

    [Fact]
    public void A_call_wakes_it_at_the_next_look_and_is_served_by_its_first_worker()
    {
        var pool = Sleeping();
        var call = pool.Call();
        Assert.Equal(TicketState.Queued, call.State);

        Assert.Equal([0], pool.TickAfter(Look).Started());
        Assert.Equal(PoolState.Degraded, pool.State);
        var second = pool.Call();
        pool.Ready(0, capacity: 2);

        Assert.Equal((TicketState.Running, TicketState.Running, PoolState.Ready), (call.State, second.State, pool.State));
    }

    [Fact]
    public void A_call_that_wakes_it_waits_as_long_as_its_budget_allows_and_later_ones_as_long_as_the_queue_allows()
    {
        var pool = Sleeping();
        var waking = new Ticket { QueueUntil = pool.Now + TimeSpan.FromSeconds(10), Deadline = pool.Now + TimeSpan.FromSeconds(60) };
        pool.Submit(waking);
        pool.TickAfter(Look);

        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(50)));
        pool.Ready(0);
        var later = new Ticket { QueueUntil = pool.Now + TimeSpan.FromSeconds(10), Deadline = pool.Now + TimeSpan.FromSeconds(60) };
        pool.Submit(later);
        pool.TickAfter(TimeSpan.FromSeconds(11));

        Assert.Equal((TicketState.Running, TicketState.Ended), (waking.State, later.State));
    }

    [Fact]
    public void A_call_whose_budget_is_too_small_for_the_wake_up_ends_in_the_queue()
    {
        var pool = Sleeping();
        pool.Call(within: TimeSpan.FromSeconds(1));
        pool.TickAfter(Look);

        Assert.Equal([DecisionKind.Expire], pool.TickAfter(TimeSpan.FromSeconds(1)).Kinds());
    }

    [Fact]
    public void Without_calls_it_goes_back_to_sleep_and_its_next_worker_is_another_generation()
    {
        var pool = Sleeping();
        Serve(pool);

        Assert.Equal([DecisionKind.StopWorker], Pass(pool, TimeSpan.FromSeconds(70)).Kinds());
        Assert.Equal((PoolState.Ready, 0), (pool.State, pool.Scheduler.Size));
        pool.ExitOf(0, 1, failure: null);
        var call = pool.Call();
        Assert.Equal([0], pool.TickAfter(Look).Started());
        pool.Ready(0);

        Assert.Equal((TicketState.Running, 2), (call.State, pool.Slot(0).Generation));
    }

    [Fact]
    public void A_call_that_runs_on_keeps_its_worker()
    {
        var pool = Sleeping();
        pool.Call();
        pool.TickAfter(Look);
        pool.Ready(0);

        Pass(pool, TimeSpan.FromMinutes(5));

        Assert.True(pool.Scheduler.Size >= 1);
        Assert.Equal(1, pool.Scheduler.Running);
    }

    [Fact]
    public void Workers_that_do_not_start_are_tried_one_at_a_time_however_many_calls_come()
    {
        var pool = Sleeping();
        for (var i = 0; i < 20; i++)
            pool.Call();
        Assert.Equal([0], pool.TickAfter(Look).Started());
        pool.Exit(0, "no module named model");
        Assert.Equal((PoolState.Failed, 0), (pool.State, pool.Scheduler.Queued));

        for (var second = 0; second < 120; second++)
        {
            pool.Call();
            if (Pass(pool, TimeSpan.FromSeconds(1)).Started() is { Length: > 0 } started)
            {
                Assert.Equal([0], started);
                pool.Exit(0, "no module named model");
            }
        }

        Assert.Equal((PoolState.Failed, 1), (pool.State, pool.Scheduler.Size));
    }

    [Fact]
    public void A_pool_does_not_grow_while_its_latest_worker_has_failed()
    {
        var pool = Awake();
        for (var i = 0; i < 3; i++)
            pool.Call();
        var added = Pass(pool, TimeSpan.FromSeconds(3)).Started();
        var size = pool.Scheduler.Size;
        Assert.NotEmpty(added);
        pool.Exit(added[^1], "no memory");
        for (var i = 0; i < 100; i++)
            pool.Call();

        Pass(pool, TimeSpan.FromSeconds(20));

        Assert.Equal(size, pool.Scheduler.Size);
    }

    [Fact]
    public void A_person_has_the_last_word_until_it_is_taken_back()
    {
        var pool = Awake();
        for (var i = 0; i < 100; i++)
            pool.Call();

        pool.Resize(2);
        Pass(pool, TimeSpan.FromSeconds(20));
        Assert.Equal((2, SizeSource.Scaled), (pool.Scheduler.Size, pool.Scheduler.Sizing.Source));

        pool.Resize(null);
        pool.Ready(1);
        Pass(pool, TimeSpan.FromSeconds(3));
        Assert.Equal((8, SizeSource.Auto), (pool.Scheduler.Size, pool.Scheduler.Sizing.Source));
    }

    [Fact]
    public void A_large_pool_that_is_reset_without_load_is_as_small_as_its_load_at_once()
    {
        var pool = Awake();
        pool.Resize(20);
        Pass(pool, TimeSpan.FromSeconds(5));

        pool.Resize(null);

        Assert.Equal(1, pool.Scheduler.Size);
    }

    [Fact]
    public void A_person_s_number_counts_from_the_beginning()
    {
        var pool = new PoolUnderTest(Spec(1) with { GivenSize = 3 });

        Assert.Equal([0, 1, 2], pool.Tick().Started());
        Assert.Equal(SizeSource.Scaled, pool.Scheduler.Sizing.Source);
    }

    [Fact]
    public void A_drained_pool_keeps_its_size()
    {
        var pool = Awake();
        var call = pool.Call();
        pool.Drain();

        Pass(pool, TimeSpan.FromSeconds(20));
        pool.Complete(call);
        Pass(pool, TimeSpan.FromMinutes(5));

        Assert.Equal((1, PoolState.Draining), (pool.Scheduler.Size, pool.State));
    }

    private static SchedulerSpec Spec(int min) => new()
    {
        Size = 4,
        StartBatchSize = 8,
        Scale = new ScaleSpec { MinSize = min, MaxSize = 8, ScaleDownAfter = TimeSpan.FromMinutes(1) },
    };

    private static PoolUnderTest Sleeping() => new(Spec(0));

    private static PoolUnderTest Awake()
    {
        var pool = new PoolUnderTest(Spec(1));
        Assert.Equal([0], pool.Tick().Started());
        pool.Ready(0);
        return pool;
    }

    private static void Serve(PoolUnderTest pool)
    {
        var call = pool.Call();
        pool.TickAfter(Look);
        pool.Ready(0);
        pool.Complete(call);
    }

    /// <summary>Looks as often as a shard does.</summary>
    private static List<Decision> Pass(PoolUnderTest pool, TimeSpan time)
    {
        var decisions = new List<Decision>();
        for (var until = pool.Now + time; pool.Now < until;)
            decisions.AddRange(pool.TickAfter(Look));
        return decisions;
    }
}
