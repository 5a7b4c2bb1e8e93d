using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>Waiting calls whose clients know that they have not begun, and that they do not begin without their word.</summary>
public sealed class HoldingTests
{
    [Fact]
    public void A_call_that_has_waited_for_a_moment_is_held_and_one_that_cannot_be_is_not()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Call();
        var (waiting, other) = (Waiting(pool), pool.Call());

        Assert.Empty(pool.TickAfter(HeldCalls.HoldAfter - TimeSpan.FromMilliseconds(1)));
        var held = pool.TickAfter(TimeSpan.FromMilliseconds(1));

        // Behind it waits one that would take the next free worker, so its client is asked at once.
        Assert.Equal([(DecisionKind.Hold, waiting), (DecisionKind.CallUp, waiting)], Facts(held));
        Assert.Equal((2, 1, TicketState.Queued), (pool.Scheduler.Queued, pool.Scheduler.Held, other.State));
        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_held_call_is_called_up_when_a_worker_is_free_and_begins_on_its_clients_word()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var (first, second) = (Held(pool), Held(pool));

        Assert.Equal([(DecisionKind.CallUp, first)], Facts(pool.Complete(running)));
        Assert.Equal([(DecisionKind.Dispatch, first)], Facts(Release(pool, first)));
        Assert.Equal([(DecisionKind.CallUp, second)], Facts(pool.Complete(first)));
        Assert.Equal([(DecisionKind.Dispatch, second)], Facts(Release(pool, second)));
        Assert.Equal((0, 0), (pool.Scheduler.Queued, pool.Scheduler.Held));
    }

    [Fact]
    public void A_word_that_comes_unasked_lets_the_call_begin_in_its_turn()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var (first, second) = (Held(pool), Held(pool));

        Assert.Empty(Release(pool, second));
        Assert.Empty(Release(pool, second));

        Assert.Equal([(DecisionKind.Dispatch, second)], Facts(pool.Complete(running)));
        Assert.Equal([(DecisionKind.CallUp, first)], Facts(pool.Complete(second)));
    }

    [Fact]
    public void A_client_that_gives_no_word_keeps_no_worker_from_the_others()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var (silent, next) = (Held(pool), Held(pool));
        pool.Complete(running);

        Assert.Empty(pool.TickAfter(HeldCalls.WordLimit));
        Assert.Equal([(DecisionKind.CallUp, next)], Facts(pool.TickAfter(TimeSpan.FromTicks(1))));
        Assert.Equal([(DecisionKind.Dispatch, next)], Facts(Release(pool, next)));

        Assert.Empty(Release(pool, silent)); // late, and taken all the same
        Assert.Equal([(DecisionKind.Dispatch, silent)], Facts(pool.Complete(next)));
    }

    [Fact]
    public void A_new_call_takes_a_worker_that_is_free_while_a_word_is_on_its_way()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var held = Held(pool);
        pool.Complete(running);

        var newcomer = new Ticket();
        Assert.Equal([(DecisionKind.Dispatch, newcomer)], Facts(pool.Submit(newcomer)));

        Assert.Empty(Release(pool, held));
        Assert.Equal([(DecisionKind.Dispatch, held)], Facts(pool.Complete(newcomer)));
    }

    [Fact]
    public void Calls_that_are_short_are_called_up_before_a_worker_is_free()
    {
        var pool = PoolUnderTest.Warm(size: 4);
        for (var i = 0; i < 10; i++)
        {
            var known = new Ticket { Kind = "short" };
            pool.Submit(known);
            pool.Now += HeldCalls.HoldAfter;
            pool.Complete(known);
        }

        var running = Enumerable.Range(0, 4).Select(_ => Waiting(pool, "short")).ToArray();
        var waiting = Enumerable.Range(0, 10).Select(_ => Waiting(pool, "short")).ToArray();
        var held = pool.TickAfter(HeldCalls.HoldAfter);

        // Four workers begin three of them, and a little, within a tenth of a second: these are not worth a word.
        Assert.Equal(7, held.Length);
        Assert.All(held, decision => Assert.Equal(DecisionKind.Hold, decision.Kind));
        Assert.Equal(
            [(DecisionKind.Dispatch, waiting[0]), (DecisionKind.CallUp, held[0].Ticket!)], Facts(pool.Complete(running[0])));
    }

    [Fact]
    public void A_call_behind_held_ones_is_held_at_once_and_does_not_overtake_them()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var first = Held(pool);

        var second = new Ticket { MayHold = true };
        Assert.Equal([(DecisionKind.Hold, second)], Facts(pool.Submit(second)));

        Assert.Equal([(DecisionKind.CallUp, first)], Facts(pool.Complete(running)));
        var third = new Ticket { MayHold = true };
        Assert.Equal([(DecisionKind.Hold, third)], Facts(pool.Submit(third)));
        Assert.Equal([(DecisionKind.Dispatch, first)], Facts(Release(pool, first)));
    }

    [Fact]
    public void Calls_that_cannot_be_held_do_not_keep_the_workers_from_those_that_are()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var held = Waiting(pool);
        var others = Enumerable.Range(0, 5).Select(_ => pool.Call()).ToArray();
        pool.TickAfter(HeldCalls.HoldAfter);
        Release(pool, held); // it was called up at once

        Assert.Equal([(DecisionKind.Dispatch, held)], Facts(pool.Complete(running)));
        Assert.Equal([(DecisionKind.Dispatch, others[0])], Facts(pool.Complete(held)));
    }

    [Fact]
    public void A_word_that_comes_before_the_call_is_held_keeps_it_from_being_held()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var waiting = Waiting(pool);

        Assert.Empty(Release(pool, waiting));
        Assert.Empty(pool.TickAfter(HeldCalls.HoldAfter * 2));

        Assert.Equal([(DecisionKind.Dispatch, waiting)], Facts(pool.Complete(running)));
    }

    [Fact]
    public void A_successor_that_is_free_calls_up_while_its_predecessor_finishes()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Call();
        var held = Held(pool);
        pool.Recycle(0);
        pool.Tick();

        Assert.Equal([(DecisionKind.CallUp, held)], Facts(pool.Ready(0)));
        Assert.Equal([(DecisionKind.Dispatch, held)], Facts(Release(pool, held)));
    }

    [Fact]
    public void A_held_call_whose_client_has_asked_for_it_no_more_ends()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        pool.Call();
        var (gone, there) = (Held(pool), Held(pool));

        pool.Now += HeldCalls.Patience;
        there.AskedAt = pool.Now;

        Assert.Equal([(DecisionKind.Expire, gone)], Facts(pool.TickAfter(TimeSpan.FromTicks(1))));
        Assert.Equal((1, 1), (pool.Scheduler.Queued, pool.Scheduler.Held));
    }

    [Fact]
    public void Held_calls_end_move_and_time_out_as_others_do()
    {
        var pool = PoolUnderTest.Warm(size: 1);
        var running = pool.Call();
        var cancelled = Held(pool);
        var moved = new Ticket { MayHold = true, MayMove = true };
        var expired = new Ticket { MayHold = true, QueueUntil = pool.Now + TimeSpan.FromSeconds(10) };
        var rejected = new Ticket { MayHold = true };
        Array.ForEach([moved, expired, rejected], ticket => pool.Submit(ticket));
        pool.TickAfter(HeldCalls.HoldAfter);
        Assert.Equal(4, pool.Scheduler.Held);

        Assert.Empty(pool.Cancel(cancelled));
        Assert.Equal([(DecisionKind.Move, moved)], Facts(pool.Scheduler.MoveQueued(1).ToArray()));
        Assert.Equal([(DecisionKind.Expire, expired)], Facts(pool.TickAfter(TimeSpan.FromSeconds(11))));
        Assert.Equal([(DecisionKind.Reject, rejected)], Facts(pool.Drain()));

        Assert.Equal((0, 0), (pool.Scheduler.Queued, pool.Scheduler.Held));
        Assert.All(new[] { cancelled, moved, expired, rejected }, ticket => Assert.Empty(Release(pool, ticket)));
        Assert.Equal(TicketState.Running, running.State);
        Assert.Equal(new ShardCounters { Requests = 5, Cancelled = 1, Moved = 1, Errors = 2, QueueTimeouts = 1 }, pool.Counters);
    }

    [Fact]
    public void No_call_is_lost_or_begun_without_its_word_and_no_worker_idles_beside_one_that_may_begin()
    {
        var random = new Random(7);
        var pool = PoolUnderTest.Warm(size: 3);
        var (open, called, running) = (new List<Ticket>(), new HashSet<Ticket>(), new List<Ticket>());
        var (held, begun) = (new HashSet<Ticket>(), 0);

        for (var step = 0; step < 20_000; step++)
        {
            var decisions = random.Next(6) switch
            {
                0 or 1 when open.Count < 40 => Submit(),
                2 when running.Count > 0 => Complete(),
                3 when called.Count > 0 => Release(pool, Let(called.ElementAt(random.Next(called.Count)))),
                4 when open.Count > 0 => Cancel(),
                _ => pool.TickAfter(TimeSpan.FromMilliseconds(random.Next(200))),
            };
            foreach (var decision in decisions)
                Follow(decision);
            open.ForEach(ticket => ticket.AskedAt = pool.Now);
            Assert.True(running.Count == 3 || pool.Scheduler.Queued == pool.Scheduler.Held, "a worker idles beside a call that may begin");
            Assert.Equal(held.Count, pool.Scheduler.Held);
        }

        Assert.InRange(begun, 1000, 20_000);

        Decision[] Submit()
        {
            var ticket = new Ticket { MayHold = random.Next(3) > 0 };
            open.Add(ticket);
            return pool.Submit(ticket);
        }

        Decision[] Complete()
        {
            var ticket = running[random.Next(running.Count)];
            running.Remove(ticket);
            return pool.Complete(ticket);
        }

        Decision[] Cancel()
        {
            var ticket = open[random.Next(open.Count)];
            open.Remove(ticket);
            held.Remove(ticket);
            called.Remove(ticket);
            return pool.Cancel(ticket);
        }

        Ticket Let(Ticket ticket) => called.Remove(ticket) && held.Remove(ticket) ? ticket : throw new InvalidOperationException();

        void Follow(Decision decision)
        {
            var ticket = decision.Ticket!;
            switch (decision.Kind)
            {
                case DecisionKind.Hold:
                    Assert.True(held.Add(ticket) && ticket.MayHold);
                    break;
                case DecisionKind.CallUp:
                    Assert.True(held.Contains(ticket) && called.Add(ticket));
                    break;
                case DecisionKind.Dispatch:
                    Assert.DoesNotContain(ticket, held);
                    Assert.True(open.Remove(ticket));
                    running.Add(ticket);
                    begun++;
                    break;
                default:
                    Assert.Fail($"{decision.Kind} was not expected.");
                    break;
            }
        }
    }

    private static (DecisionKind, Ticket)[] Facts(Decision[] decisions) =>
        Array.ConvertAll(decisions, decision => (decision.Kind, decision.Ticket!));

    private static Decision[] Release(PoolUnderTest pool, Ticket ticket) => pool.Scheduler.Release(ticket, pool.Now).ToArray();

    /// <summary>A call that may be held.</summary>
    private static Ticket Waiting(PoolUnderTest pool, string kind = "")
    {
        var ticket = new Ticket { MayHold = true, Kind = kind };
        pool.Submit(ticket);
        return ticket;
    }

    private static Ticket Held(PoolUnderTest pool)
    {
        var ticket = new Ticket { MayHold = true };
        Decision[] decisions = [.. pool.Submit(ticket), .. pool.TickAfter(HeldCalls.HoldAfter)];
        Assert.Equal([(DecisionKind.Hold, ticket)], Facts(decisions));
        return ticket;
    }
}
