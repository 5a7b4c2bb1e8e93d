using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class DrainingTests
{
    [Fact]
    public void A_draining_pool_rejects_new_calls()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Drain();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal((DecisionKind.Reject, RejectReason.PoolDraining), (decision.Kind, decision.Reason));
    }

    [Fact]
    public void Who_waits_is_told_at_once()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        var waiting = new[] { pool.Call(), pool.Call() };

        var decisions = pool.Drain();

        Assert.Equal(
            waiting.Select(ticket => new Decision(DecisionKind.Reject, ticket, null, Reason: RejectReason.PoolDraining)),
            decisions);
    }

    [Fact]
    public void Running_calls_go_on()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        pool.Drain();

        pool.Complete(running);

        Assert.Equal(1, pool.Counters.Succeeded);
    }

    [Fact]
    public void Running_calls_keep_their_deadlines()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call(within: TimeSpan.FromSeconds(1));
        pool.Drain();

        var kinds = pool.TickAfter(TimeSpan.FromSeconds(2)).Kinds();

        Assert.Equal([DecisionKind.Overdue], kinds);
    }

    [Fact]
    public void A_dead_worker_is_not_replaced()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Drain();

        var decisions = pool.Exit(0).Concat(pool.TickAfter(TimeSpan.FromHours(1)));

        Assert.Empty(decisions);
    }

    [Fact]
    public void Slots_that_wait_for_their_start_turn_stay_empty()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });
        pool.Tick();
        pool.Drain();

        var decisions = pool.TickAfter(TimeSpan.FromHours(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_worker_that_becomes_ready_now_changes_nothing()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });
        pool.Tick();
        pool.Drain();

        var decisions = pool.Ready(0);

        Assert.Equal((0, PoolState.Draining), (decisions.Length, pool.State));
    }

    [Fact]
    public void Draining_twice_tells_nobody_twice()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        pool.Call();
        pool.Drain();

        var again = pool.Drain();

        Assert.Empty(again);
    }

    [Fact]
    public void A_resumed_pool_takes_calls_again()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Drain();
        pool.Resume();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal((DecisionKind.Dispatch, PoolState.Ready), (decision.Kind, pool.State));
    }

    [Fact]
    public void Workers_that_left_during_the_drain_are_followed_by_others_after_it()
    {
        var pool = PoolUnderTest.Warm(2);
        pool.Drain();
        pool.Exit(0);
        pool.TickAfter(TimeSpan.FromMinutes(1));

        var decision = Assert.Single(pool.Resume());

        Assert.Equal((DecisionKind.StartWorker, 0), (decision.Kind, decision.Slot!.Index));
    }

    [Fact]
    public void A_pool_that_never_was_ready_starts_when_it_is_resumed()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Drain();
        pool.Tick();

        var decisions = pool.Resume();

        Assert.Equal([DecisionKind.StartWorker], decisions.Kinds());
        Assert.Equal(PoolState.Starting, pool.State);
    }

    [Fact]
    public void To_resume_what_is_not_drained_changes_nothing()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        pool.Call();

        var decisions = pool.Resume();

        Assert.Equal((0, 1, 1), (decisions.Length, pool.Scheduler.Running, pool.Scheduler.Queued));
    }
}
