namespace Snakepit.Core.Scheduling;

/// <summary>How a running call is stopped: told to, then its process' stacks dumped, then the process killed, each after a grace time.</summary>
internal sealed class StopLadder(SchedulerSpec spec, DeadlineWheel wheel, List<Decision> decisions)
{
    /// <param name="ticket">A running ticket that nobody has begun to stop.</param>
    /// <param name="kind">Why: <see cref="DecisionKind.Overdue"/> or <see cref="DecisionKind.CancelRunning"/>.</param>
    /// <param name="now">The present moment.</param>
    public void Begin(Ticket ticket, DecisionKind kind, TimeSpan now)
    {
        var worker = ticket.Worker!;
        ticket.Stopping = StopStep.Cancelled;
        ticket.StopBegan = now;
        worker.Unsettled++;
        wheel.Remove(ticket);
        wheel.Add(ticket, NextStep(ticket));
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
            ticket.Stopping = StopStep.Dumped;
            ticket.StopBegan = now - spec.CancelGrace; // a late tick must not turn two steps into one
            decisions.Add(new Decision(DecisionKind.DumpStacks, ticket, worker.Slot, worker.Generation));
        }
        else if (ticket.Stopping == StopStep.Dumped && DumpAt(ticket) + spec.DumpGrace <= now)
        {
            ticket.Stopping = StopStep.Killed;
            decisions.Add(new Decision(DecisionKind.KillWorker, ticket, worker.Slot, worker.Generation));
        }

        wheel.Add(ticket, NextStep(ticket));
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
