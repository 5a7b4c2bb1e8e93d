namespace Snakepit.Core.Scheduling;

/// <summary>
/// How a running call is stopped: the worker is told to stop it, then to dump the stacks of its threads, then it is killed, each step after
/// a grace time.
/// </summary>
internal sealed class StopLadder(SchedulerSpec spec, TicketLedger ledger, List<Decision> decisions)
{
    /// <param name="ticket">A running ticket whose stop has not begun.</param>
    /// <param name="kind">Why: <see cref="DecisionKind.Overdue"/> or <see cref="DecisionKind.CancelRunning"/>.</param>
    /// <param name="now">The present moment.</param>
    public void Begin(Ticket ticket, DecisionKind kind, TimeSpan now)
    {
        var worker = ticket.Worker!;
        ledger.Stop(ticket, StopStep.Cancelled);
        ticket.StopBegan = now;
        ledger.Remind(ticket, NextStep(ticket));
        decisions.Add(new Decision(kind, ticket, worker.Slot, worker.Generation));
    }

    /// <summary>
    /// Two things happen to a call that is being stopped: its caller is answered when the worker's own answer has not come
    /// in time, and the worker is dealt with more and more firmly. Each at its moment, in any order.
    /// </summary>
    public void GoOn(Ticket ticket, TimeSpan now)
    {
        var worker = ticket.Worker!;
        if (!ticket.Answered && ticket.AnswerBy <= now)
        {
            ticket.Answered = true;
            decisions.Add(new Decision(DecisionKind.GiveUp, ticket, worker.Slot, worker.Generation));
        }

        if (ticket.Stopping == StopStep.Cancelled && DumpAt(ticket) <= now)
        {
            ledger.Stop(ticket, StopStep.Dumped);
            ticket.StopBegan = now - spec.CancelGrace; // a late tick must not turn two steps into one
            decisions.Add(new Decision(DecisionKind.DumpStacks, ticket, worker.Slot, worker.Generation));
        }
        else if (ticket.Stopping == StopStep.Dumped && DumpAt(ticket) + spec.DumpGrace <= now)
        {
            ledger.Stop(ticket, StopStep.Killed);
            for (var other = worker.Calls.First; other is not null; other = other.Next)
                other.IsCollateral |= other.Stopping == StopStep.None;
            decisions.Add(new Decision(DecisionKind.KillWorker, ticket, worker.Slot, worker.Generation));
        }

        ledger.Remind(ticket, NextStep(ticket));
    }

    private TimeSpan DumpAt(Ticket ticket) => ticket.StopBegan + spec.CancelGrace;

    private TimeSpan NextStep(Ticket ticket)
    {
        var step = ticket.Stopping switch
        {
            StopStep.Cancelled => DumpAt(ticket),
            StopStep.Dumped => DumpAt(ticket) + spec.DumpGrace,
            StopStep.Killed => TimeSpan.MaxValue,
            _ => throw new InvalidOperationException($"Ticket is not being stopped: {ticket.Stopping}."),
        };
        return ticket.Answered || step < ticket.AnswerBy ? step : ticket.AnswerBy;
    }
}
