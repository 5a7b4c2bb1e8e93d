using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class AssigningTests
{
    [Fact]
    public void A_free_worker_gets_the_call_at_once()
    {
        var pool = PoolUnderTest.Warm(1);
        var ticket = new Ticket();

        var decision = Assert.Single(pool.Submit(ticket));

        Assert.Equal(new Decision(DecisionKind.Dispatch, ticket, pool.Slot(0), Generation: 1), decision);
    }

    [Fact]
    public void The_least_loaded_worker_gets_the_call()
    {
        var pool = PoolUnderTest.Warm(size: 3, capacity: 2);
        var calls = Enumerable.Range(0, 5).Select(_ => pool.Call()).ToArray();
        pool.Complete(calls.Last(call => call.Slot == pool.Slot(1)));
        pool.Complete(calls.Last(call => call.Slot == pool.Slot(1)));

        var next = pool.Call();

        Assert.Same(pool.Slot(1), next.Slot);
    }

    [Fact]
    public void Among_equals_the_longest_idle_worker_gets_the_call()
    {
        var pool = PoolUnderTest.Warm(3);
        var calls = new[] { pool.Call(), pool.Call(), pool.Call() };
        pool.Complete(calls[1]);
        pool.Complete(calls[2]);
        pool.Complete(calls[0]);

        var order = new[] { pool.Call().Slot!.Index, pool.Call().Slot!.Index, pool.Call().Slot!.Index };

        Assert.Equal([1, 2, 0], order);
    }

    [Fact]
    public void Calls_spread_before_any_worker_gets_a_second_one()
    {
        var pool = PoolUnderTest.Warm(size: 3, capacity: 2);

        var slots = Enumerable.Range(0, 3).Select(_ => pool.Call().Slot!.Index);

        Assert.Equal([0, 1, 2], slots.Order());
    }

    [Fact]
    public void A_worker_takes_as_many_calls_as_its_capacity()
    {
        var pool = PoolUnderTest.Warm(size: 1, capacity: 3);

        var states = Enumerable.Range(0, 4).Select(_ => pool.Call().State);

        Assert.Equal([TicketState.Running, TicketState.Running, TicketState.Running, TicketState.Queued], states);
    }

    [Fact]
    public void Workers_may_differ_in_capacity()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 2 });
        pool.Tick();
        pool.Ready(0, capacity: 1);
        pool.Ready(1, capacity: 3);

        var slots = Enumerable.Range(0, 4).Select(_ => pool.Call().Slot!.Index);

        Assert.Equal([0, 1, 1, 1], slots);
    }

    [Fact]
    public void The_queue_is_served_first_come_first_served()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var waiting = new[] { pool.Call(), pool.Call(), pool.Call() };

        var served = new List<Ticket>();
        for (var next = running; served.Count < 3; next = served[^1])
            served.Add(Assert.Single(pool.Complete(next)).Ticket!);

        Assert.Equal(waiting, served);
    }

    [Fact]
    public void A_newcomer_does_not_overtake_who_waits()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var first = pool.Call();
        var second = pool.Call();
        pool.Complete(running);
        pool.Call();

        var decision = Assert.Single(pool.Complete(first));

        Assert.Same(second, decision.Ticket);
    }

    [Fact]
    public void A_free_place_goes_to_the_queue_in_the_same_step()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var waiting = pool.Call();

        var decision = Assert.Single(pool.Complete(running, succeeded: false));

        Assert.Equal((DecisionKind.Dispatch, waiting), (decision.Kind, decision.Ticket));
    }

    [Fact]
    public void A_new_worker_takes_as_many_waiting_calls_as_it_can()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Exit(0);
        var waiting = new[] { pool.Call(), pool.Call(), pool.Call() };

        var dispatched = pool.Ready(0, capacity: 2).Tickets();

        Assert.Equal(waiting[..2], dispatched);
    }

    [Fact]
    public void Times_of_a_call_are_noted()
    {
        var pool = PoolUnderTest.Warm(1);
        var running = pool.Call();
        var submitted = pool.Now;
        var waiting = pool.Call();
        pool.Now += TimeSpan.FromSeconds(3);

        pool.Complete(running);

        Assert.Equal((submitted, pool.Now), (waiting.SubmittedAt, waiting.DispatchedAt));
    }

    [Fact]
    public void Answers_are_counted_per_generation()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Complete(pool.Call());
        pool.Complete(pool.Call(), succeeded: false);

        Assert.Equal(2, pool.Slot(0).Served);
    }

    [Fact]
    public void A_new_generation_has_answered_nothing()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Complete(pool.Call());

        pool.Exit(0);

        Assert.Equal(0, pool.Slot(0).Served);
    }
}
