using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class RecyclingTests
{
    [Fact]
    public void The_successor_starts_while_the_old_worker_serves()
    {
        var pool = PoolUnderTest.Warm(size: 1);

        var decision = Assert.Single(pool.Recycle(0));

        Assert.Equal(new Decision(DecisionKind.StartWorker, null, pool.Slot(0), Generation: 2), decision);
        Assert.Equal(WorkerState.Ready, pool.Slot(0).State);
        Assert.Equal(1, pool.Call().Worker!.Generation);
    }

    [Fact]
    public void New_calls_go_to_the_successor_as_soon_as_it_is_ready()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        pool.Recycle(0);

        Assert.Empty(pool.Ready(0));

        Assert.Equal(2, pool.Call().Worker!.Generation);
        Assert.Equal(1, running.Worker!.Generation);
        Assert.Equal(WorkerState.Draining, pool.Slot(0).Leaving!.State);
    }

    [Fact]
    public void The_old_worker_leaves_with_its_last_call()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        var (first, second) = (pool.Call(), pool.Call());
        pool.Recycle(0);
        pool.Ready(0);

        Assert.Empty(pool.Complete(first));
        var decision = Assert.Single(pool.Complete(second));

        Assert.Equal(new Decision(DecisionKind.StopWorker, null, pool.Slot(0), Generation: 1), decision);
        Assert.Equal(2, pool.Counters.Succeeded);
    }

    [Fact]
    public void An_idle_worker_leaves_when_its_successor_is_ready()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Recycle(0);

        Assert.Equal([DecisionKind.StopWorker], pool.Ready(0).Kinds());
        Assert.Equal(1, pool.Counters.Recycled);
    }

    [Fact]
    public void The_old_workers_end_is_no_failure_and_starts_nothing()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Recycle(0);
        pool.Ready(0);

        Assert.Empty(pool.ExitOf(0, generation: 1, failure: null));

        Assert.Null(pool.Slot(0).Leaving);
        Assert.Equal(WorkerState.Ready, pool.Slot(0).State);
        Assert.Equal(0, pool.Counters.WorkerDeaths);
    }

    [Fact]
    public void An_old_worker_that_dies_while_it_finishes_loses_its_own_calls_only()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var old = pool.Call();
        pool.Recycle(0);
        pool.Ready(0);
        var fresh = pool.Call();

        Assert.Empty(pool.ExitOf(0, generation: 1));

        Assert.Equal((TicketState.Ended, TicketState.Running), (old.State, fresh.State));
    }

    [Fact]
    public void A_worker_that_dies_before_its_successor_is_ready_is_followed_by_that_one()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Recycle(0);

        Assert.Empty(pool.ExitOf(0, generation: 1));

        Assert.Equal(WorkerState.Starting, pool.Slot(0).State);
        pool.Ready(0);
        Assert.Equal(2, pool.Call().Worker!.Generation);
    }

    [Fact]
    public void Without_a_successor_the_old_worker_goes_on_and_the_next_try_comes_later()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Recycle(0);

        Assert.Empty(pool.ExitOf(0, generation: 2, failure: "import error"));

        Assert.Equal(PoolState.Ready, pool.State);
        Assert.Equal(1, pool.Call().Worker!.Generation);
        Assert.Empty(pool.Tick());
        Assert.Equal([0], pool.TickAfter(TimeSpan.FromSeconds(1)).Started());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(100, 10)]
    public void At_most_a_tenth_of_a_shard_is_replaced_at_once(int size, int expected)
    {
        var pool = PoolUnderTest.Warm(size);

        for (var slot = 0; slot < size; slot++)
            pool.Recycle(slot);
        pool.Tick();

        Assert.Equal(expected, pool.Scheduler.Slots.Count(slot => slot.IsRecycling));
    }

    [Fact]
    public void Who_has_been_due_longest_comes_first()
    {
        var pool = PoolUnderTest.Warm(size: 3);
        pool.Recycle(0);
        pool.Now += TimeSpan.FromSeconds(1);
        pool.Recycle(2);
        pool.Now += TimeSpan.FromSeconds(1);
        pool.Recycle(1);
        pool.Ready(0);

        Assert.Equal([2], pool.ExitOf(0, generation: 1, failure: null).Started());
    }

    [Fact]
    public void Between_two_replacements_there_is_a_pause_in_proportion_to_what_a_start_takes()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 2, RecyclePause = 3 });
        pool.Recycle(0);
        pool.Recycle(1);
        pool.Now += TimeSpan.FromSeconds(2);
        pool.Ready(0);
        pool.ExitOf(0, generation: 1, failure: null);

        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(5.9)).Started());
        Assert.Equal([1], pool.TickAfter(TimeSpan.FromSeconds(0.1)).Started());
    }

    [Fact]
    public void A_replaced_worker_whose_call_never_ends_holds_up_the_others_only_for_a_while()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 2, RecycleHold = TimeSpan.FromSeconds(30) });
        var endless = pool.Call();
        var slot = endless.Slot!.Index;
        pool.Recycle(slot);
        pool.Recycle(1 - slot);
        pool.Ready(slot);

        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(29)).Started());
        Assert.Equal([1 - slot], pool.TickAfter(TimeSpan.FromSeconds(1)).Started());
        Assert.Equal(TicketState.Running, endless.State);
    }

    [Fact]
    public void All_workers_at_their_number_of_calls_go_one_after_the_other_and_capacity_stays()
    {
        var pool = PoolUnderTest.Warm(
            new SchedulerSpec { Size = 8, StartBatchSize = 100, Recycle = new RecycleSpec { Requests = 1, Jitter = 0 } });
        foreach (var call in Enumerable.Range(0, 8).Select(_ => pool.Call()).ToArray())
            pool.Complete(call);

        for (var replaced = 0; replaced < 8; replaced++)
        {
            Assert.Equal(1, pool.Scheduler.Slots.Count(slot => slot.IsRecycling));
            Assert.Equal(8, pool.Scheduler.Slots.Count(slot => slot.State == WorkerState.Ready));
            var slot = pool.Scheduler.Slots.Single(slot => slot.IsRecycling);
            pool.Ready(slot.Index);
            pool.ExitOf(slot.Index, slot.Leaving!.Generation, failure: null);
        }

        Assert.Equal(8, pool.Counters.Recycled);
        Assert.DoesNotContain(pool.Scheduler.Slots, slot => slot.IsRecycling);
    }

    [Fact]
    public void A_worker_that_is_too_old_is_replaced_within_a_minute_also_when_nobody_reminds_of_it()
    {
        var pool = PoolUnderTest.Warm(
            new SchedulerSpec { Size = 1, Recycle = new RecycleSpec { Ttl = TimeSpan.FromHours(2), Jitter = 0 } });
        pool.Tick();

        Assert.Empty(pool.TickAfter(TimeSpan.FromMinutes(59)).Started());
        Assert.Equal([0], pool.TickAfter(TimeSpan.FromMinutes(1)).Started());
        Assert.Equal(RecycleReason.Ttl, pool.Slot(0).Current!.RecycleDue);
    }

    [Fact]
    public void A_worker_that_has_grown_beyond_its_limit_is_replaced()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, Recycle = new RecycleSpec { MemoryBytes = 1000 } });

        Assert.Empty(pool.Measure(0, 999));
        Assert.Equal([0], pool.Measure(0, 1000).Started());
        Assert.Equal(RecycleReason.Memory, pool.Slot(0).Current!.RecycleDue);
    }

    [Fact]
    public void Growth_is_measured_against_what_the_worker_was_when_it_was_fresh()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, Recycle = new RecycleSpec { MemoryGrowth = 2 } });
        pool.Measure(0, 100);

        Assert.Empty(pool.Measure(0, 199));
        Assert.Equal([0], pool.Measure(0, 200).Started());
    }

    [Fact]
    public void A_wish_for_a_generation_that_is_gone_changes_nothing()
    {
        var pool = PoolUnderTest.Warm(size: 1);

        Assert.Empty(pool.Scheduler.Recycle(0, generation: 7, RecycleReason.Manual, pool.Now).ToArray());
    }

    /// <summary>Its process may have read its code before the code changed, and the order comes after that.</summary>
    [Fact]
    public void A_successor_that_starts_when_a_person_asks_is_replaced_too()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Recycle(0);

        Assert.Empty(pool.Scheduler.Recycle(0, generation: 2, RecycleReason.Manual, pool.Now).ToArray());

        pool.Ready(0);
        Assert.Equal(2, pool.Call().Worker!.Generation);
        pool.ExitOf(0, generation: 1, failure: null);
        Assert.Equal([0], pool.TickAfter(TimeSpan.FromMinutes(1)).Started());
        Assert.Null(pool.Slot(0).Successor!.RecycleDue);
    }

    [Fact]
    public void A_first_worker_that_starts_when_a_person_asks_serves_until_its_successor_is_ready()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();

        pool.Recycle(0);

        Assert.Equal([0], pool.Ready(0).Started());
        Assert.Equal(1, pool.Call().Worker!.Generation);
    }

    [Fact]
    public void Other_reasons_do_not_concern_a_worker_that_starts()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();

        Assert.Empty(pool.Scheduler.Recycle(0, generation: 1, RecycleReason.Memory, pool.Now).ToArray());

        Assert.Null(pool.Slot(0).Current!.RecycleDue);
    }

    [Fact]
    public void A_draining_pool_replaces_nobody()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Drain();

        Assert.Empty(pool.Recycle(0));
    }
}
