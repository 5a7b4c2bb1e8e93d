using Snakepit.Core.Scheduling;
using Snakepit.Sessions;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class SessionTests
{
    [Fact]
    public void A_session_stays_with_its_worker_although_another_one_has_been_idle_for_longer()
    {
        var pool = PoolUnderTest.Warm(3);
        var first = CallAndEnd(pool, "a");

        var second = CallAndEnd(pool, "a");

        Assert.Equal(SessionMove.New, first.Moved);
        Assert.Equal((first.Slot, SessionMove.None), second);
    }

    [Fact]
    public void Sessions_are_spread_as_other_calls_are()
    {
        var pool = PoolUnderTest.Warm(3);

        Assert.Equal(3, new[] { "a", "b", "c" }.Select(session => CallAndEnd(pool, session).Slot).Distinct().Count());
    }

    [Fact]
    public void The_sessions_that_were_used_last_are_listed_first()
    {
        var pool = PoolUnderTest.Warm(3);
        foreach (var session in new[] { "a", "b", "c", "a" })
            CallAndEnd(pool, session);
        var running = Call(pool, "b");

        var latest = pool.Scheduler.Sessions.Latest(2, pool.Now + TimeSpan.FromSeconds(5));

        Assert.Equal(["b", "a"], latest.Select(session => session.Id));
        Assert.Equal((running.Slot!.Current, 1, TimeSpan.FromSeconds(5)), (latest[0].Worker, latest[0].Calls, latest[0].Idle));
    }

    [Fact]
    public void A_session_whose_worker_is_busy_goes_elsewhere_and_stays_there()
    {
        var pool = PoolUnderTest.Warm(2);
        CallAndEnd(pool, "a");
        var first = Call(pool, "a");

        var second = Call(pool, "a");

        Assert.Equal((1, SessionMove.Busy), (second.Slot!.Index, second.SessionMoved));
        pool.Complete(first);
        pool.Complete(second);
        Assert.Equal((1, SessionMove.None), CallAndEnd(pool, "a"));
    }

    [Fact]
    public void Who_waits_goes_to_its_own_worker_when_that_is_free()
    {
        var pool = PoolUnderTest.Warm(2);
        Assert.Equal(0, CallAndEnd(pool, "a").Slot);
        var others = new[] { pool.Call(), pool.Call() };
        var waiting = Call(pool, "a");

        pool.Complete(others.Single(call => call.Slot!.Index == 0));

        Assert.Equal((0, SessionMove.None), (waiting.Slot!.Index, waiting.SessionMoved));
    }

    [Fact]
    public void Who_waits_does_not_wait_for_its_own_worker()
    {
        var pool = PoolUnderTest.Warm(2);
        Assert.Equal(0, CallAndEnd(pool, "a").Slot);
        var others = new[] { pool.Call(), pool.Call() };
        var waiting = Call(pool, "a");

        pool.Complete(others.Single(call => call.Slot!.Index == 1));

        Assert.Equal((1, SessionMove.Busy), (waiting.Slot!.Index, waiting.SessionMoved));
    }

    [Fact]
    public void A_session_hears_that_its_worker_was_replaced()
    {
        var pool = PoolUnderTest.Warm(1);
        CallAndEnd(pool, "a");
        var old = pool.Slot(0).Current!;
        Assert.Equal(1, pool.Scheduler.Sessions.On(old));
        pool.Recycle(0);
        pool.Ready(0);

        Assert.Equal(SessionMove.Recycled, CallAndEnd(pool, "a").Moved);
        Assert.Equal(SessionMove.None, CallAndEnd(pool, "a").Moved);
        Assert.Equal(1, pool.Scheduler.Sessions.On(old));
    }

    [Fact]
    public void A_session_hears_that_its_worker_was_replaced_also_when_that_is_gone_by_then()
    {
        var pool = PoolUnderTest.Warm(1);
        CallAndEnd(pool, "a");
        pool.Recycle(0);
        pool.Ready(0);
        pool.ExitOf(0, generation: 1, failure: null);

        Assert.Equal(SessionMove.Recycled, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void A_session_hears_that_its_worker_died()
    {
        var pool = PoolUnderTest.Warm(1);
        CallAndEnd(pool, "a");
        pool.Exit(0);
        pool.Ready(0);

        Assert.Equal(SessionMove.WorkerExited, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void Until_a_call_has_succeeded_every_one_is_told()
    {
        var pool = PoolUnderTest.Warm(1);
        var failing = Call(pool, "a");
        pool.Complete(failing, succeeded: false);

        Assert.Equal(SessionMove.New, CallAndEnd(pool, "a").Moved);
        Assert.Equal(SessionMove.None, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void A_success_of_an_earlier_stay_says_nothing_about_this_one()
    {
        var pool = PoolUnderTest.Warm(size: 2, capacity: 2);
        CallAndEnd(pool, "a");
        var early = Call(pool, "a");
        var other = Call(pool, "b");
        var filling = Call(pool, "a");
        var elsewhere = Call(pool, "a");
        Assert.Equal((other.Slot, SessionMove.Busy), (elsewhere.Slot, elsewhere.SessionMoved));
        pool.Complete(filling);
        var back = Call(pool, "a");
        Assert.Equal((early.Slot, SessionMove.Busy), (back.Slot, back.SessionMoved));
        pool.Complete(back, succeeded: false);

        pool.Complete(early);

        Assert.Equal(SessionMove.Busy, Call(pool, "a").SessionMoved);
    }

    [Fact]
    public void A_session_that_was_idle_for_too_long_is_new_again()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, SessionTtl = TimeSpan.FromMinutes(1) });
        CallAndEnd(pool, "a");
        pool.TickAfter(TimeSpan.FromSeconds(59));
        Assert.Equal(SessionMove.None, CallAndEnd(pool, "a").Moved);

        pool.TickAfter(TimeSpan.FromSeconds(60));

        Assert.Equal(0, pool.Scheduler.Sessions.Count);
        Assert.Equal(SessionMove.New, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void A_session_is_not_forgotten_while_a_call_of_it_runs_nor_right_after()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, SessionTtl = TimeSpan.FromMinutes(1) });
        var running = Call(pool, "a");
        pool.TickAfter(TimeSpan.FromMinutes(10));
        pool.Now += TimeSpan.FromSeconds(50);
        pool.Complete(running);

        pool.TickAfter(TimeSpan.FromSeconds(59));

        Assert.Equal(SessionMove.None, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void A_session_that_has_nothing_anywhere_stays_new_wherever_it_goes()
    {
        var pool = PoolUnderTest.Warm(2);
        var first = Call(pool, "a");

        pool.Exit(first.Slot!.Index);

        Assert.Equal(SessionMove.New, CallAndEnd(pool, "a").Moved);
    }

    [Fact]
    public void Sessions_that_have_left_a_replaced_worker_still_count_as_its()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 2);
        CallAndEnd(pool, "a");
        CallAndEnd(pool, "b");
        var old = pool.Slot(0).Current!;
        var running = pool.Call();
        pool.Recycle(0);
        pool.Ready(0);

        CallAndEnd(pool, "a");

        Assert.Equal(2, pool.Scheduler.Sessions.On(old));
        Assert.Equal([DecisionKind.StopWorker], pool.Complete(running).Kinds());
    }

    [Fact]
    public void Beyond_the_limit_the_longest_idle_session_is_forgotten()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, MaxSessions = 2 });
        CallAndEnd(pool, "a");
        CallAndEnd(pool, "b");
        CallAndEnd(pool, "a");

        CallAndEnd(pool, "c");

        Assert.Equal(2, pool.Scheduler.Sessions.Count);
        Assert.Equal(SessionMove.None, CallAndEnd(pool, "a").Moved);
        Assert.Equal(SessionMove.New, CallAndEnd(pool, "b").Moved);
    }

    [Fact]
    public void A_call_without_a_session_leaves_no_trace()
    {
        var pool = PoolUnderTest.Warm(1);

        Assert.Equal(SessionMove.None, pool.Call().SessionMoved);
        Assert.Equal(0, pool.Scheduler.Sessions.Count);
    }

    private static Ticket Call(PoolUnderTest pool, string session)
    {
        var ticket = new Ticket { Session = session };
        pool.Submit(ticket);
        return ticket;
    }

    private static (int Slot, SessionMove Moved) CallAndEnd(PoolUnderTest pool, string session)
    {
        var ticket = Call(pool, session);
        var seen = (ticket.Slot!.Index, ticket.SessionMoved);
        pool.Complete(ticket);
        return seen;
    }
}
