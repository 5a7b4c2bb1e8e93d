using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class WorkerExitTests
{
    [Fact]
    public void A_dead_worker_loses_exactly_its_own_calls()
    {
        var pool = PoolUnderTest.Warm(size: 2, capacity: 2);
        var calls = Enumerable.Range(0, 4).Select(_ => pool.Call()).ToArray();
        var own = calls.Where(call => call.Slot == pool.Slot(1)).ToArray();

        pool.Exit(1);

        Assert.Equal(own, calls.Where(call => call.State == TicketState.Ended));
    }

    [Fact]
    public void No_decision_tells_of_a_lost_call_because_its_worker_answers_it()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = pool.Call();

        Assert.DoesNotContain(pool.Exit(0), decision => decision.Ticket == ticket);
    }

    [Fact]
    public void A_lost_call_is_an_error()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();

        pool.Exit(0);

        Assert.Equal(new ShardCounters { Requests = 1, Errors = 1, WorkerDeaths = 1 }, pool.Counters);
    }

    [Fact]
    public void A_second_report_of_the_same_death_changes_nothing()
    {
        var pool = PoolUnderTest.Warm(2);
        var generation = pool.Slot(0).Generation;
        pool.Exit(0);

        var again = pool.Scheduler.WorkerLinkClosed(0, generation, "link closed", pool.Now).ToArray();

        Assert.Equal((0, 1L), (again.Length, pool.Counters.WorkerDeaths));
    }

    [Fact]
    public void A_second_report_during_the_back_off_changes_nothing()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 3 });
        pool.Tick();
        pool.Exit(0);
        pool.Exit(0);

        pool.Exit(0);

        Assert.Equal(PoolState.Starting, pool.State);
    }

    [Fact]
    public void A_late_report_does_not_hurt_the_next_generation()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);
        pool.Ready(0);
        var ticket = pool.Call();

        pool.Scheduler.WorkerLinkClosed(0, generation: 1, "link closed", pool.Now);

        Assert.Equal((WorkerState.Ready, TicketState.Running), (pool.Slot(0).State, ticket.State));
    }

    [Fact]
    public void A_late_answer_of_a_lost_call_does_not_touch_the_next_generation()
    {
        var pool = PoolUnderTest.Warm(1);
        var lost = pool.Call();
        pool.Exit(0);
        pool.Ready(0);
        pool.Call();

        pool.Complete(lost);

        Assert.Equal((1, 0L), (pool.Slot(0).Load, pool.Slot(0).Served));
    }

    [Fact]
    public void A_dead_worker_gets_nothing()
    {
        var pool = PoolUnderTest.Warm(2);
        pool.Exit(0);
        pool.Call();

        var second = pool.Call();

        Assert.Equal(TicketState.Queued, second.State);
    }

    [Fact]
    public void Unsettled_calls_of_a_dead_worker_do_not_block_its_successor()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Cancel(pool.Call());
        pool.Exit(0);
        pool.Ready(0);

        var next = pool.Call();

        Assert.Equal(TicketState.Running, next.State);
    }

    [Fact]
    public void Lost_calls_leave_no_deadlines()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        pool.Call(within: TimeSpan.FromSeconds(1));
        pool.Cancel(pool.Call(within: TimeSpan.FromSeconds(1)));

        pool.Exit(0);

        Assert.False(pool.Scheduler.HasDeadlines);
    }

    [Fact]
    public void Who_waits_keeps_waiting_when_the_last_worker_dies()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Call();
        var waiting = pool.Call();

        pool.Exit(0);

        Assert.Equal(TicketState.Queued, waiting.State);
    }

    [Fact]
    public void A_worker_that_was_asked_to_leave_is_no_death()
    {
        var pool = PoolUnderTest.Warm(1);

        pool.Exit(0, failure: null);

        Assert.Equal(0, pool.Counters.WorkerDeaths);
    }

    [Fact]
    public void The_slot_remembers_why_its_worker_died()
    {
        var pool = PoolUnderTest.Warm(1);

        pool.Exit(0, "signal 11");

        Assert.Equal(("signal 11", false), (pool.Slot(0).LastFailure, pool.Slot(0).StartFailed));
    }

    [Fact]
    public void A_start_has_failed_until_another_one_succeeds()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();
        pool.Exit(0, "no module named torch");
        Assert.True(pool.Slot(0).StartFailed);

        pool.TickAfter(TimeSpan.FromMinutes(1));
        pool.Ready(0);

        Assert.Equal(("no module named torch", false), (pool.Slot(0).LastFailure, pool.Slot(0).StartFailed));
    }

    [Fact]
    public void The_reason_of_the_latest_failure_is_gone_once_a_worker_is_ready()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0, "signal 11");

        pool.Ready(0);

        Assert.Null(pool.Scheduler.LastFailure);
    }
}
