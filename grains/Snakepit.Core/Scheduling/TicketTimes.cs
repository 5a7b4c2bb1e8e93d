namespace Snakepit.Core.Scheduling;

/// <summary>Keeps the deadlines of tickets: ends those that wait too long, stops those that run too long.</summary>
internal sealed class TicketTimes(CallQueue queue, TicketLedger ledger, StopLadder stops, LoadIndex index)
{
    private readonly List<Ticket> _due = [];

    /// <summary>Time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        _due.Clear();
        ledger.TakeDue(now, _due);
        foreach (var ticket in _due)
            TimeIsUp(ticket, now);
    }

    /// <summary>Begins to stop a running ticket. Its worker gets nothing new until the ticket is settled.</summary>
    public void BeginStop(Ticket ticket, DecisionKind kind, TimeSpan now)
    {
        stops.Begin(ticket, kind, now);
        index.Place(ticket.Worker!);
    }

    private void TimeIsUp(Ticket ticket, TimeSpan now)
    {
        switch (ticket.State, ticket.Stopping)
        {
            case (TicketState.Queued, _):
                queue.Expire(ticket);
                break;
            case (TicketState.Running, StopStep.None):
                BeginStop(ticket, DecisionKind.Overdue, now);
                break;
            // killed: only the caller's answer can be left
            case (TicketState.Running, StopStep.Cancelled or StopStep.Dumped or StopStep.Killed):
                stops.GoOn(ticket, now);
                break;
            case (TicketState.New, _) or (TicketState.Ended, _):
                break; // in no wheel
            default:
                throw new InvalidOperationException($"Ticket in unknown state {ticket.State}, {ticket.Stopping}.");
        }
    }
}
