using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>Calls that need not wait here, because another shard has room.</summary>
public sealed class MovingTests
{
    [Fact]
    public void A_call_that_may_not_wait_is_refused_when_no_worker_is_free_and_counts_as_nothing()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Call();
        var before = pool.Counters;

        var decision = Assert.Single(pool.Submit(new Ticket { MayWait = false }));

        Assert.Equal((DecisionKind.Reject, RejectReason.NoRoom), (decision.Kind, decision.Reason));
        Assert.Equal(before, pool.Counters);
    }

    [Fact]
    public void A_call_that_may_not_wait_runs_where_a_worker_is_free()
    {
        var pool = PoolUnderTest.Warm(size: 1);

        Assert.Equal([DecisionKind.Dispatch], pool.Submit(new Ticket { MayWait = false }).Kinds());
    }

    [Fact]
    public void Those_that_have_waited_longest_leave_first_and_those_that_must_stay_keep_their_places()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        Ticket stays = new(), first = new() { MayMove = true }, second = new() { MayMove = true };
        foreach (var ticket in new[] { stays, first, second })
            pool.Submit(ticket);

        var moved = pool.Scheduler.MoveQueued(places: 1).ToArray();

        Assert.Equal([first], moved.Tickets());
        Assert.Equal([DecisionKind.Move], moved.Kinds());
        Assert.Equal([stays], pool.Complete(running).Tickets());
        Assert.Equal([second], pool.Complete(stays).Tickets());
    }

    [Fact]
    public void A_moved_call_is_accounted_for()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Call();
        pool.Submit(new Ticket { MayMove = true });

        pool.Scheduler.MoveQueued(places: 5);

        Assert.Equal(new ShardCounters { Requests = 2, Moved = 1 }, pool.Counters);
        Assert.Equal((0, 1), (pool.Scheduler.Queued, pool.Scheduler.Running));
    }

    [Fact]
    public void A_moved_call_is_over_here()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var moved = new Ticket { MayMove = true, QueueUntil = pool.Now + TimeSpan.FromSeconds(1) };
        pool.Submit(moved);
        pool.Scheduler.MoveQueued(places: 1);

        Assert.Empty(pool.Cancel(moved));
        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(2)));
        Assert.Empty(pool.Complete(running));
    }
}
