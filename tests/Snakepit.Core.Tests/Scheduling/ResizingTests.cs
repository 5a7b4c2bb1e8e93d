using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class ResizingTests
{
    [Fact]
    public void A_larger_pool_starts_what_is_missing()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, StartBatchSize = 8 });

        var decisions = pool.Resize(3);

        Assert.Equal(
            [(DecisionKind.StartWorker, 1), (DecisionKind.StartWorker, 2)], decisions.Select(each => (each.Kind, each.Slot!.Index)));
    }

    [Fact]
    public void A_smaller_pool_stops_the_idle_workers_with_the_highest_numbers_at_once()
    {
        var pool = PoolUnderTest.Warm(3);

        var decisions = pool.Resize(1);

        Assert.Equal(
            [(DecisionKind.StopWorker, 1), (DecisionKind.StopWorker, 2)], decisions.Select(each => (each.Kind, each.Slot!.Index)));
        Assert.Equal((1, PoolState.Ready), (pool.Scheduler.Size, pool.State));
    }

    [Fact]
    public void A_busy_worker_of_a_slot_that_is_given_up_finishes_its_call_and_gets_no_other()
    {
        var pool = PoolUnderTest.Warm(2);
        var (first, second) = (pool.Call(), pool.Call());
        Assert.Empty(pool.Resize(1));
        var waiting = pool.Call();
        var last = pool.Slot(1).Leaving!.Calls.First!;

        var decisions = pool.Complete(last);

        Assert.Equal([(DecisionKind.StopWorker, 1)], decisions.Select(each => (each.Kind, each.Slot!.Index)));
        Assert.Equal(TicketState.Queued, waiting.State);
        Assert.Contains(last, new[] { first, second });
        Assert.Equal(1, pool.Counters.Succeeded);
    }

    [Fact]
    public void A_slot_that_is_given_up_gets_no_process_when_its_worker_has_left()
    {
        var pool = PoolUnderTest.Warm(2);
        pool.Resize(1);

        var decisions = pool.ExitOf(1, 1, failure: null).Concat(pool.TickAfter(TimeSpan.FromHours(1)));

        Assert.Empty(decisions);
        Assert.True(pool.Slot(1).IsGivenUp);
    }

    [Fact]
    public void A_worker_that_becomes_ready_in_a_slot_that_was_given_up_leaves()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Resize(2);
        pool.Resize(1);

        var decisions = pool.Ready(1);

        Assert.Equal([(DecisionKind.StopWorker, 1)], decisions.Select(each => (each.Kind, each.Slot!.Index)));
    }

    [Fact]
    public void A_slot_that_is_wanted_again_goes_on_with_its_next_generation()
    {
        var pool = PoolUnderTest.Warm(2);
        pool.Resize(1);
        pool.ExitOf(1, 1, failure: null);

        var decision = Assert.Single(pool.Resize(2));

        Assert.Equal((DecisionKind.StartWorker, 1, 2), (decision.Kind, decision.Slot!.Index, decision.Generation));
    }

    [Fact]
    public void Calls_that_wait_are_served_by_what_was_added()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        var waiting = pool.Call();
        pool.Resize(2);

        pool.Ready(1);

        Assert.Equal((TicketState.Running, 1), (waiting.State, waiting.Slot!.Index));
    }

    [Fact]
    public void Why_a_worker_leaves_is_said()
    {
        var pool = PoolUnderTest.Warm(2);

        pool.Resize(1);

        Assert.Equal(RecycleReason.Scaled, pool.Slot(1).Leaving!.RecycleDue);
    }

    [Fact]
    public void A_drained_pool_can_be_resized_and_starts_its_workers_when_it_is_resumed()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Drain();

        Assert.Empty(pool.Resize(2));

        Assert.Equal([DecisionKind.StartWorker], pool.Resume().Kinds());
    }
}
