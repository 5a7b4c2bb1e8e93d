using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class QueueTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(10, 60)]
    [InlineData(60, 10)]
    [InlineData(10, 10)]
    public void A_call_waits_until_the_earlier_of_queue_limit_and_deadline(int queueSeconds, int deadlineSeconds)
    {
        var pool = BusyPool();
        var ticket = Waiting(pool, queueSeconds * Second, deadlineSeconds * Second);

        var decision = Assert.Single(pool.TickAfter((10 * Second) + DeadlineWheel.Resolution));

        Assert.Equal((DecisionKind.Expire, ticket), (decision.Kind, decision.Ticket));
    }

    [Fact]
    public void A_call_does_not_expire_early()
    {
        var pool = BusyPool();
        Waiting(pool, 10 * Second, 60 * Second);

        var decisions = pool.TickAfter((10 * Second) - TimeSpan.FromTicks(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_call_without_limits_waits_on()
    {
        var pool = BusyPool();
        var ticket = pool.Call();

        pool.TickAfter(TimeSpan.FromDays(1000));

        Assert.Equal(TicketState.Queued, ticket.State);
    }

    [Fact]
    public void An_expired_call_is_an_error()
    {
        var pool = BusyPool();
        Waiting(pool, Second, 60 * Second);

        pool.TickAfter(2 * Second);

        Assert.Equal(new ShardCounters { Requests = 2, Errors = 1, QueueTimeouts = 1 }, pool.Counters);
    }

    [Fact]
    public void An_expired_call_frees_its_place()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 1);
        pool.Call();
        Waiting(pool, Second, 60 * Second);
        pool.TickAfter(2 * Second);

        var next = pool.Call();

        Assert.Equal(TicketState.Queued, next.State);
    }

    [Fact]
    public void An_expired_call_in_the_middle_keeps_the_order_of_the_others()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var first = pool.Call();
        Waiting(pool, Second, 60 * Second);
        var last = pool.Call();
        pool.TickAfter(2 * Second);

        var served = new[] { pool.Complete(running)[0].Ticket, pool.Complete(first)[0].Ticket };

        Assert.Equal([first, last], served);
    }

    [Fact]
    public void A_dispatched_call_does_not_expire_in_the_queue_any_more()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        Waiting(pool, Second, 60 * Second);
        pool.Complete(running);

        var decisions = pool.TickAfter(2 * Second);

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_call_whose_deadline_passed_in_the_queue_never_starts_though_no_tick_came()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var late = Waiting(pool, 60 * Second, Second);
        pool.Now += 2 * Second;

        var decision = Assert.Single(pool.Complete(running));

        Assert.Equal((DecisionKind.Expire, late), (decision.Kind, decision.Ticket));
    }

    [Fact]
    public void A_new_worker_passes_over_calls_whose_deadline_passed()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);
        Waiting(pool, 60 * Second, Second);
        var patient = pool.Call();
        pool.Now += 2 * Second;

        var dispatched = Assert.Single(pool.Ready(0), decision => decision.Kind == DecisionKind.Dispatch);

        Assert.Same(patient, dispatched.Ticket);
    }

    [Fact]
    public void A_pending_deadline_is_announced()
    {
        var pool = BusyPool();

        Waiting(pool, Second, 60 * Second);

        Assert.True(pool.Scheduler.HasDeadlines);
    }

    [Fact]
    public void An_ended_call_leaves_no_deadline()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call(within: Second);

        pool.Complete(ticket);

        Assert.False(pool.Scheduler.HasDeadlines);
    }

    private static PoolUnderTest BusyPool()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        return pool;
    }

    private static Ticket Waiting(PoolUnderTest pool, TimeSpan queueLimit, TimeSpan deadline)
    {
        var ticket = new Ticket { QueueUntil = pool.Now + queueLimit, Deadline = pool.Now + deadline };
        pool.Submit(ticket);
        return ticket;
    }

    [Fact]
    public void The_oldest_wait_is_that_of_the_call_that_has_waited_longest()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        Assert.Equal(TimeSpan.Zero, pool.Scheduler.OldestWait(pool.Now));
        pool.Call();
        pool.Now += TimeSpan.FromSeconds(3);
        pool.Call();

        Assert.Equal(TimeSpan.FromSeconds(3), pool.Scheduler.OldestWait(pool.Now));
    }
}
