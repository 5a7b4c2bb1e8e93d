using Snakepit.Core.Scheduling;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>A worker that refuses a call is on its way out: somebody else has told it to leave.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void It_gets_no_more_calls_and_another_starts_in_its_place()
    {
        var pool = PoolUnderTest.Warm(size: 2, capacity: 2);
        var refused = pool.Call();
        var slot = refused.Worker!.Slot.Index;

        Assert.Equal([slot], pool.Refuse(slot).Started());

        Assert.Equal([DecisionKind.StopWorker], pool.Complete(refused, succeeded: false).Kinds());
        Assert.All(new[] { pool.Call(), pool.Call() }, call => Assert.NotEqual(slot, call.Worker!.Slot.Index));
        Assert.Equal(WorkerState.Starting, pool.Slot(slot).State);
    }

    [Fact]
    public void It_finishes_what_it_has()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        var (running, refused) = (pool.Call(), pool.Call());
        pool.Refuse(0);

        Assert.Empty(pool.Complete(refused, succeeded: false));
        Assert.Equal([DecisionKind.StopWorker], pool.Complete(running).Kinds());

        Assert.Equal(1, pool.Counters.Succeeded);
    }

    [Fact]
    public void Its_end_is_no_crash()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var refused = pool.Call();
        pool.Refuse(0);
        pool.Complete(refused, succeeded: false);

        Assert.Empty(pool.ExitOf(0, generation: 1, failure: null));

        Assert.Equal(0, pool.Counters.WorkerDeaths);
        Assert.False(pool.Slot(0).Tainted);
    }

    [Fact]
    public void A_successor_that_was_on_its_way_has_the_place()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var refused = pool.Call();
        pool.Recycle(0);

        Assert.Empty(pool.Refuse(0));
        pool.Complete(refused, succeeded: false);
        pool.Ready(0);

        Assert.Equal(2, pool.Call().Worker!.Generation);
    }

    [Fact]
    public void A_second_refusal_of_the_same_worker_changes_nothing()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        pool.Call();
        pool.Call();
        pool.Refuse(0);

        Assert.Empty(pool.Scheduler.WorkerStoppedServing(0, generation: 1, pool.Now).ToArray());
    }

    [Fact]
    public void While_the_worker_before_it_has_not_left_it_gets_no_calls_and_its_place_is_given_away_afterwards()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        var old = pool.Call();
        pool.Recycle(0);
        pool.Ready(0, capacity: 2);
        var refused = pool.Call();
        Assert.Equal(2, refused.Worker!.Generation);

        Assert.Empty(pool.Refuse(0));
        pool.Complete(refused, succeeded: false);
        Assert.Equal(TicketState.Queued, pool.Call().State);

        pool.Complete(old);
        pool.Now += TimeSpan.FromSeconds(1); // the pause between two starts
        Assert.Contains(0, pool.ExitOf(0, generation: 1, failure: null).Started());
    }
}
