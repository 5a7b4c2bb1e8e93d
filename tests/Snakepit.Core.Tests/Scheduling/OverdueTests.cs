using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class OverdueTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly SchedulerSpec Graces = new()
    {
        Size = 1,
        CancelGrace = TimeSpan.FromMilliseconds(300),
        DumpGrace = TimeSpan.FromMilliseconds(500),
    };

    [Fact]
    public void A_call_is_overdue_at_its_deadline()
    {
        var pool = PoolUnderTest.Warm(Graces);
        var ticket = pool.Call(within: Second);

        var decision = Assert.Single(pool.TickAfter(Second + DeadlineWheel.Resolution));

        Assert.Equal(new Decision(DecisionKind.Overdue, ticket, pool.Slot(0), Generation: 1), decision);
    }

    [Fact]
    public void A_call_is_not_overdue_early()
    {
        var pool = PoolUnderTest.Warm(Graces);
        pool.Call(within: Second);

        var decisions = pool.TickAfter(Second - TimeSpan.FromTicks(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_limited_time_on_a_worker_begins_with_the_dispatch()
    {
        var pool = PoolUnderTest.Warm(Graces);
        var first = pool.Call();
        var ticket = new Ticket { RunLimit = Second };
        pool.Submit(ticket);
        pool.TickAfter(10 * Second);
        pool.Complete(first);

        Assert.Empty(pool.TickAfter(Second - TimeSpan.FromTicks(1)));
        Assert.Equal([DecisionKind.Overdue], pool.TickAfter(DeadlineWheel.Resolution + TimeSpan.FromTicks(1)).Kinds());
    }

    [Fact]
    public void A_deadline_goes_before_a_longer_time_on_a_worker()
    {
        var pool = PoolUnderTest.Warm(Graces);
        pool.Submit(new Ticket { Deadline = pool.Now + Second, RunLimit = 2 * Second });

        Assert.Equal([DecisionKind.Overdue], pool.TickAfter(Second + DeadlineWheel.Resolution).Kinds());
    }

    [Fact]
    public void An_overdue_call_keeps_its_slot()
    {
        var pool = WithOverdue(out _);

        var next = pool.Call();

        Assert.Equal((TicketState.Queued, 1), (next.State, pool.Slot(0).Load));
    }

    [Fact]
    public void An_overdue_call_frees_its_slot_when_it_settles()
    {
        var pool = WithOverdue(out var ticket);
        var next = pool.Call();

        pool.Complete(ticket, succeeded: false);

        Assert.Equal(TicketState.Running, next.State);
    }

    [Fact]
    public void Stacks_are_dumped_after_the_cancel_grace()
    {
        var pool = WithOverdue(out var ticket);

        var decision = Assert.Single(pool.TickAfter(Graces.CancelGrace + DeadlineWheel.Resolution));

        Assert.Equal(new Decision(DecisionKind.DumpStacks, ticket, pool.Slot(0), Generation: 1), decision);
    }

    [Fact]
    public void Stacks_are_not_dumped_within_the_cancel_grace()
    {
        var pool = WithOverdue(out _);

        var decisions = pool.TickAfter(Graces.CancelGrace - TimeSpan.FromTicks(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void The_worker_is_killed_after_the_dump_grace()
    {
        var pool = WithOverdue(out var ticket);
        pool.TickAfter(Graces.CancelGrace + DeadlineWheel.Resolution);

        var decision = Assert.Single(pool.TickAfter(Graces.DumpGrace + DeadlineWheel.Resolution));

        Assert.Equal(new Decision(DecisionKind.KillWorker, ticket, pool.Slot(0), Generation: 1), decision);
    }

    [Fact]
    public void Calls_beside_one_that_does_not_stop_are_lost_for_its_sake_when_the_worker_is_killed()
    {
        var pool = PoolUnderTest.Warm(Graces with { Size = 2 }, capacity: 2);
        Ticket[] hanging = [pool.Call(within: Second), pool.Call(within: Second)];
        Ticket[] beside = [pool.Call(), pool.Call()];
        pool.Complete(hanging[1]);
        pool.TickAfter(Second + DeadlineWheel.Resolution);
        pool.TickAfter(Graces.CancelGrace + DeadlineWheel.Resolution);
        Assert.DoesNotContain(beside, call => call.IsCollateral);

        pool.TickAfter(Graces.DumpGrace + DeadlineWheel.Resolution);

        Assert.Equal([true, false], beside.OrderBy(call => call.Slot != hanging[0].Slot).Select(call => call.IsCollateral));
        Assert.False(hanging[0].IsCollateral);
    }

    [Fact]
    public void The_worker_is_not_killed_within_the_dump_grace()
    {
        var pool = WithOverdue(out _);
        pool.TickAfter(Graces.CancelGrace + DeadlineWheel.Resolution);

        var decisions = pool.TickAfter(Graces.DumpGrace - TimeSpan.FromTicks(1));

        Assert.Empty(decisions);
    }

    [Fact]
    public void A_late_tick_skips_no_step()
    {
        var pool = WithOverdue(out _);

        var kinds = pool.TickAfter(TimeSpan.FromHours(1)).Kinds();

        Assert.Equal([DecisionKind.DumpStacks], kinds);
    }

    [Fact]
    public void The_worker_is_killed_once()
    {
        var pool = WithOverdue(out _);
        pool.TickAfter(TimeSpan.FromHours(1));
        pool.TickAfter(TimeSpan.FromHours(1));

        var after = pool.TickAfter(TimeSpan.FromHours(1));

        Assert.Empty(after);
    }

    [Fact]
    public void A_cancelled_call_that_does_not_settle_gets_the_same_steps()
    {
        var pool = PoolUnderTest.Warm(Graces);
        pool.Cancel(pool.Call());

        var kinds = pool.TickAfter(Second).Concat(pool.TickAfter(Second)).Kinds();

        Assert.Equal([DecisionKind.DumpStacks, DecisionKind.KillWorker], kinds);
    }

    [Fact]
    public void A_settled_call_is_not_escalated()
    {
        var pool = WithOverdue(out var ticket);
        pool.Complete(ticket, succeeded: false);

        var decisions = pool.TickAfter(TimeSpan.FromHours(1));

        Assert.Empty(decisions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_overdue_call_counts_as_error_whatever_the_worker_answers(bool succeeded)
    {
        var pool = WithOverdue(out var ticket);

        pool.Complete(ticket, succeeded);

        Assert.Equal(new ShardCounters { Requests = 1, Errors = 1 }, pool.Counters);
    }

    [Fact]
    public void An_overdue_call_is_not_cancelled_by_its_caller_leaving_with_the_answer()
    {
        var pool = WithOverdue(out var ticket);
        pool.Cancel(ticket);

        pool.Complete(ticket);

        Assert.Equal(new ShardCounters { Requests = 1, Errors = 1 }, pool.Counters);
    }

    [Fact]
    public void An_overdue_call_counts_once_when_its_worker_dies_and_answers_late()
    {
        var pool = WithOverdue(out var ticket);
        pool.Exit(0);

        pool.Complete(ticket);

        Assert.Equal(new ShardCounters { Requests = 1, Errors = 1, WorkerDeaths = 1 }, pool.Counters);
    }

    [Fact]
    public void An_overdue_call_is_running_until_it_settles()
    {
        var pool = WithOverdue(out _);

        Assert.Equal((1, 0), (pool.Scheduler.Running, pool.Counters.Errors));
    }

    [Fact]
    public void Only_the_overdue_call_of_a_worker_is_stopped()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        pool.Call();
        var hasty = pool.Call(within: Second);

        var stopped = pool.TickAfter(2 * Second).Tickets();

        Assert.Equal([hasty], stopped);
    }

    private static PoolUnderTest WithOverdue(out Ticket ticket)
    {
        var pool = PoolUnderTest.Warm(Graces);
        ticket = pool.Call(within: Second);
        pool.TickAfter(Second + DeadlineWheel.Resolution);
        return pool;
    }
}
