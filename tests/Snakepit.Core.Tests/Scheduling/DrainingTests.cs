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
}
