using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class CancellingTests
{
    [Fact]
    public void A_waiting_call_ends_at_once()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        var waiting = pool.Call();

        pool.Cancel(waiting);

        Assert.Equal(TicketState.Ended, waiting.State);
    }

    [Fact]
    public void A_waiting_call_frees_its_place_at_once()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 1);
        pool.Call();
        pool.Cancel(pool.Call());

        var next = pool.Call();

        Assert.Equal(TicketState.Queued, next.State);
    }

    [Fact]
    public void A_waiting_call_needs_no_answer()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();

        var decisions = pool.Cancel(pool.Call());

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_cancelled_waiting_call_never_expires()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        pool.Cancel(pool.Call(within: TimeSpan.FromSeconds(1)));

        var decisions = pool.TickAfter(TimeSpan.FromSeconds(2));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_cancelled_waiting_call_leaves_no_deadline()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();

        pool.Cancel(pool.Call(within: TimeSpan.FromSeconds(1)));

        Assert.False(pool.Scheduler.HasDeadlines);
    }

    [Fact]
    public void A_running_call_is_stopped()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call();

        var decision = Assert.Single(pool.Cancel(ticket));

        Assert.Equal(new Decision(DecisionKind.CancelRunning, ticket, pool.Slot(0), Generation: 1), decision);
    }

    [Fact]
    public void A_running_call_is_stopped_once()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call();
        pool.Cancel(ticket);

        var again = pool.Cancel(ticket);

        Assert.Empty(again);
    }

    [Fact]
    public void The_slot_is_not_reused_until_the_worker_settles()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Cancel(pool.Call());

        var next = pool.Call();

        Assert.Equal(TicketState.Queued, next.State);
    }

    [Fact]
    public void The_slot_is_reused_when_the_worker_has_settled()
    {
        var pool = PoolUnderTest.Warm(1);
        var cancelled = pool.Call();
        pool.Cancel(cancelled);
        var next = pool.Call();

        var decision = Assert.Single(pool.Complete(cancelled, succeeded: false));

        Assert.Equal((DecisionKind.Dispatch, next), (decision.Kind, decision.Ticket));
    }

    [Fact]
    public void A_worker_with_an_unsettled_call_gets_nothing_new()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 3);
        pool.Cancel(pool.Call());

        var next = pool.Call();

        Assert.Equal(TicketState.Queued, next.State);
    }

    [Fact]
    public void Free_places_beside_an_unsettled_call_stay_empty()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 3);
        var cancelled = pool.Call();
        var other = pool.Call();
        pool.Cancel(cancelled);
        pool.Complete(other);

        var next = pool.Call();

        Assert.Equal(TicketState.Queued, next.State);
    }

    [Fact]
    public void The_slot_waits_for_every_unsettled_call()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        var first = pool.Call();
        var second = pool.Call();
        pool.Cancel(first);
        pool.Cancel(second);
        pool.Call();

        var afterOne = pool.Complete(first);

        Assert.Empty(afterOne);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancelled_call_counts_as_cancelled_whatever_the_worker_answers(bool succeeded)
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call();
        pool.Cancel(ticket);

        pool.Complete(ticket, succeeded);

        Assert.Equal(new ShardCounters { Requests = 1, Cancelled = 1 }, pool.Counters);
    }

    [Fact]
    public void A_cancelled_call_counts_as_cancelled_when_its_worker_dies()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Cancel(pool.Call());

        pool.Exit(0);

        Assert.Equal((1, 0), (pool.Counters.Cancelled, pool.Counters.Errors));
    }

    [Fact]
    public void A_cancelled_call_is_not_overdue_at_its_deadline()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, CancelGrace = TimeSpan.FromMinutes(1) });
        pool.Cancel(pool.Call(within: TimeSpan.FromSeconds(1)));

        var decisions = pool.TickAfter(TimeSpan.FromSeconds(2));

        Assert.Empty(decisions);
    }

    [Fact]
    public void An_ended_call_cannot_be_cancelled()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call();
        pool.Complete(ticket);

        pool.Cancel(ticket);

        Assert.Equal(new ShardCounters { Requests = 1, Succeeded = 1 }, pool.Counters);
    }

    [Fact]
    public void Cancelling_a_call_twice_counts_once()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        var waiting = pool.Call();
        pool.Cancel(waiting);

        pool.Cancel(waiting);

        Assert.Equal(1, pool.Counters.Cancelled);
    }
}
