using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class AdmissionTests
{
    [Fact]
    public void A_call_before_the_first_ready_worker_is_rejected()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 2 });
        pool.Tick();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal((DecisionKind.Reject, RejectReason.PoolNotReady), (decision.Kind, decision.Reason));
    }

    [Fact]
    public void A_rejected_call_is_not_a_request()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 2 });

        pool.Call();

        Assert.Equal(new ShardCounters { Refused = 1 }, pool.Counters);
    }

    [Fact]
    public void A_rejected_call_has_ended()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 2 });

        var ticket = pool.Call();

        Assert.Equal(TicketState.Ended, ticket.State);
    }

    [Fact]
    public void A_full_queue_rejects_at_once()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 2);
        pool.Call();
        pool.Call();
        pool.Call();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal((DecisionKind.Reject, RejectReason.QueueFull), (decision.Kind, decision.Reason));
    }

    [Fact]
    public void A_full_queue_is_counted_as_saturation()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 1);
        pool.Call();
        pool.Call();

        pool.Call();

        Assert.Equal(1, pool.Counters.PoolSaturated);
    }

    [Fact]
    public void The_queue_takes_calls_up_to_its_limit()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 2);
        pool.Call();
        pool.Call();

        var last = pool.Call();

        Assert.Equal(TicketState.Queued, last.State);
    }

    [Fact]
    public void Without_a_queue_a_free_worker_still_takes_a_call()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 0);

        var kinds = pool.Submit(new Ticket()).Kinds();

        Assert.Equal([DecisionKind.Dispatch], kinds);
    }

    [Fact]
    public void Without_a_queue_a_busy_pool_rejects()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 0);
        pool.Call();

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal(RejectReason.QueueFull, decision.Reason);
    }

    [Fact]
    public void Without_a_queue_a_degraded_pool_rejects()
    {
        var pool = PoolUnderTest.Warm(size: 1, queueLimit: 0);
        pool.Exit(0);

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal(RejectReason.QueueFull, decision.Reason);
    }

    [Theory]
    [InlineData(-5000)]
    [InlineData(0)]
    public void A_call_whose_deadline_has_passed_never_starts(int milliseconds)
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = new Ticket { Deadline = pool.Now + TimeSpan.FromMilliseconds(milliseconds) };

        var decision = Assert.Single(pool.Submit(ticket));

        Assert.Equal((DecisionKind.Reject, RejectReason.DeadlinePassed), (decision.Kind, decision.Reason));
    }

    [Fact]
    public void A_call_that_may_not_wait_runs_on_a_free_worker()
    {
        var pool = PoolUnderTest.Warm(1);

        var kinds = pool.Submit(new Ticket { QueueUntil = pool.Now }).Kinds();

        Assert.Equal([DecisionKind.Dispatch], kinds);
    }

    [Fact]
    public void A_degraded_pool_keeps_queueing()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);

        var ticket = pool.Call();

        Assert.Equal((PoolState.Degraded, TicketState.Queued), (pool.State, ticket.State));
    }
}
