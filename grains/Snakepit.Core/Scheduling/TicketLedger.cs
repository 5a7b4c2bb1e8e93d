using Snakepit.Pools;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// The life of every ticket: its state, the end of its wait or run, and the count of how it ended. No other class changes the state of a
/// ticket. After every method, requests = succeeded + errors + cancelled + moved + queued + running.
/// </summary>
internal sealed class TicketLedger
{
    private readonly DeadlineWheel _wheel = new();
    private readonly CallBalance _balance = new();

    public ShardCounters Counters => _balance.Counters;

    /// <summary>Tickets accepted so far.</summary>
    public long Requests => _balance.Requests;

    /// <summary>Tickets on workers.</summary>
    public int Running => _balance.Running;

    /// <summary>Tickets that have a moment at which something happens to them.</summary>
    public int Deadlines => _wheel.Count;

    /// <summary>New → Ended. The ticket was never accepted, so it does not count as a request.</summary>
    public void Reject(Ticket ticket, RejectReason reason)
    {
        Move(ticket, TicketState.Ended);
        _balance.Rejected(reason);
    }

    /// <summary>The shard takes the ticket; it waits or starts next.</summary>
    public void Accept() => _balance.Accepted();

    /// <summary>New → Queued, until a worker is free or the wait is over.</summary>
    public void Wait(Ticket ticket)
    {
        Move(ticket, TicketState.Queued);
        _wheel.Add(ticket, ticket.QueueUntil < ticket.Deadline ? ticket.QueueUntil : ticket.Deadline);
    }

    /// <summary>New or Queued → Running on a worker, until its deadline.</summary>
    public void Start(Ticket ticket, SlotWorker worker, TimeSpan now)
    {
        Move(ticket, TicketState.Running);
        _wheel.Remove(ticket);
        ticket.Worker = worker;
        ticket.Dispatched(now);
        worker.Calls.Append(ticket);
        _balance.Started();
        _wheel.Add(ticket, ticket.Deadline);
    }

    /// <summary>Queued → Ended.</summary>
    public void EndWaiting(Ticket ticket, TicketEnd end)
    {
        Move(ticket, TicketState.Ended);
        _wheel.Remove(ticket);
        _balance.EndedInQueue(end);
    }

    /// <summary>Running → Ended. A call whose stop has begun never succeeds, whatever its worker makes of it afterwards.</summary>
    public void EndRunning(Ticket ticket, bool succeeded)
    {
        var worker = ticket.Worker!;
        Move(ticket, TicketState.Ended);
        _wheel.Remove(ticket);
        worker.Calls.Remove(ticket);
        if (ticket.Stopping != StopStep.None)
            worker.Unsettled--;
        ticket.Worker = null;
        _balance.Ended(ticket.CallerGone ? TicketEnd.Cancelled
            : succeeded && ticket.Stopping == StopStep.None ? TicketEnd.Succeeded
            : TicketEnd.Failed);
    }

    /// <summary>
    /// The next step against a running ticket. The first one makes its worker unfit for new work until the ticket has ended.
    /// </summary>
    public void Stop(Ticket ticket, StopStep step)
    {
        if (ticket.State != TicketState.Running || !MayFollow(ticket.Stopping, step))
            throw new InvalidOperationException($"A ticket that is {ticket.State}, {ticket.Stopping} cannot become {step}.");
        if (ticket.Stopping == StopStep.None)
            ticket.Worker!.Unsettled++;
        ticket.Stopping = step;
    }

    /// <summary>Sets the moment at which the ticket is looked at again, in place of the one before.</summary>
    public void Remind(Ticket ticket, TimeSpan at)
    {
        _wheel.Remove(ticket);
        _wheel.Add(ticket, at);
    }

    /// <summary>Appends every ticket whose moment has come to <paramref name="due"/>; it has no moment then.</summary>
    public void TakeDue(TimeSpan now, List<Ticket> due) => _wheel.Advance(now, due);

    /// <summary>
    /// The states that may follow each other. Running → Queued is not made: only the caller repeats a call that a worker has had, because
    /// only the caller knows whether it may run twice.
    /// </summary>
    private static bool MayFollow(TicketState before, TicketState after) => (before, after) switch
    {
        (TicketState.New, TicketState.Queued or TicketState.Running or TicketState.Ended) => true,
        (TicketState.Queued, TicketState.Running or TicketState.Ended) => true,
        (TicketState.Running, TicketState.Ended) => true,
        _ => false,
    };

    /// <summary>
    /// The steps that may follow each other. No step is left out: a worker is killed only after its stacks were asked for.
    /// </summary>
    private static bool MayFollow(StopStep before, StopStep after) => (before, after) switch
    {
        (StopStep.None, StopStep.Cancelled) => true,
        (StopStep.Cancelled, StopStep.Dumped) => true,
        (StopStep.Dumped, StopStep.Killed) => true,
        _ => false,
    };

    private static void Move(Ticket ticket, TicketState state)
    {
        if (!MayFollow(ticket.State, state))
            throw new InvalidOperationException($"A ticket that is {ticket.State} cannot become {state}.");
        ticket.State = state;
    }
}
