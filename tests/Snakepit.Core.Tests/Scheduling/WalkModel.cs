using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>
/// A scheduler's twin, kept in the simplest way: it checks every decision, moves its own state along, and compares the two.
/// </summary>
internal sealed class WalkModel
{
    private readonly SchedulerSpec _spec;
    private readonly PoolScheduler _scheduler;
    private ShardCounters _counters;
    private bool _draining;
    private bool _everReady;
    private int _failedStarts;

    public WalkModel(SchedulerSpec spec, PoolScheduler scheduler)
    {
        _spec = spec;
        _scheduler = scheduler;
        Slots = [.. Enumerable.Range(0, spec.Size).Select(index => new WalkSlot(index))];
    }

    public WalkSlot[] Slots { get; }

    public List<WalkTicket> Queue { get; } = [];

    public ShardCounters Counters => _counters;

    public PoolState State =>
        _draining ? PoolState.Draining
        : Array.Exists(Slots, slot => slot.Life == Life.Ready) ? PoolState.Ready
        : _failedStarts >= Math.Min(_spec.Size, 3) ? PoolState.Failed
        : _everReady ? PoolState.Degraded
        : PoolState.Starting;

    public void Submitted(WalkTicket ticket, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (Refusal(ticket, now) is var reason and not RejectReason.None)
        {
            Law.Holds(decisions.Length == 1);
            Law.Holds(decisions[0] == new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
            ticket.Expected = TicketState.Ended;
            _counters = reason == RejectReason.QueueFull
                ? _counters with { PoolSaturated = _counters.PoolSaturated + 1 }
                : _counters with { Refused = _counters.Refused + 1 };
            return;
        }

        _counters = _counters with { Requests = _counters.Requests + 1 };
        ticket.Expected = TicketState.Queued;
        Queue.Add(ticket);
        Apply(decisions, now);
    }

    public void Completed(WalkTicket ticket, bool succeeded, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (ticket.Expected == TicketState.Running)
            EndRunning(ticket, succeeded);
        else
            Law.Holds(decisions.IsEmpty);
        Apply(decisions, now);
    }

    public void Cancelled(WalkTicket ticket, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (ticket.Expected == TicketState.Queued)
        {
            Law.Holds(decisions.IsEmpty);
            Queue.Remove(ticket);
            ticket.Expected = TicketState.Ended;
            _counters = _counters with { Cancelled = _counters.Cancelled + 1 };
        }
        else if (ticket.Expected == TicketState.Running && !ticket.Unsettled)
        {
            Law.Holds(decisions.Length == 1);
            Law.Holds(decisions[0] == DecisionAbout(DecisionKind.CancelRunning, ticket));
            ticket.Cancelled = true;
            Stepped(ticket, StopStep.Cancelled, now);
        }
        else
        {
            Law.Holds(decisions.IsEmpty);
        }
    }

    public void Ready(WalkSlot slot, int generation, int capacity, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (slot.Generation == generation && slot.Life == Life.Starting)
        {
            slot.Life = Life.Ready;
            slot.Capacity = capacity;
            _everReady = true;
            _failedStarts = 0;
        }
        else
        {
            Law.Holds(decisions.IsEmpty);
        }

        Apply(decisions, now);
    }

    public void Exited(WalkSlot slot, int generation, string? failure, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (slot.Generation != generation || slot.Life == Life.Vacant)
        {
            Law.Holds(decisions.IsEmpty);
            return;
        }

        if (slot.Life == Life.Ready && failure is not null)
            _counters = _counters with { WorkerDeaths = _counters.WorkerDeaths + 1 };
        if (slot.Life == Life.Starting && !Array.Exists(Slots, other => other.Life == Life.Ready))
            _failedStarts++;
        slot.Life = Life.Vacant;

        var lost = slot.Calls.ToArray();
        Law.Holds(decisions.Length >= lost.Length);
        for (var i = 0; i < lost.Length; i++)
        {
            Law.Holds(decisions[i] == DecisionAbout(DecisionKind.Lose, lost[i]));
            EndRunning(lost[i], succeeded: false);
        }

        var rest = decisions[lost.Length..];
        Apply(State == PoolState.Failed ? RejectQueue(rest, RejectReason.PoolFailed) : rest, now);
    }

    public void Ticked(ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        Apply(decisions, now);
        var latest = now - DeadlineWheel.Resolution;
        Law.Holds(Queue.TrueForAll(ticket => ticket.WaitsUntil > latest || ticket.SubmittedAt > latest));
        Law.Holds(Array.TrueForAll(Slots, slot => slot.Calls.TrueForAll(call => call.Unsettled || call.Deadline > latest)));
    }

    public void Drained(ReadOnlySpan<Decision> decisions)
    {
        _draining = true;
        Law.Holds(RejectQueue(decisions, RejectReason.PoolDraining).IsEmpty);
    }

    private RejectReason Refusal(WalkTicket ticket, TimeSpan now) => State switch
    {
        PoolState.Draining => RejectReason.PoolDraining,
        PoolState.Failed => RejectReason.PoolFailed,
        PoolState.Starting => RejectReason.PoolNotReady,
        _ when ticket.Deadline <= now => RejectReason.DeadlinePassed,
        _ when Queue.Count >= _spec.QueueLimit && !Array.Exists(Slots, slot => slot.TakesWork) => RejectReason.QueueFull,
        _ => RejectReason.None,
    };

    private void Apply(ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        foreach (var decision in decisions)
            Apply(decision, now);
    }

    private void Apply(Decision decision, TimeSpan now)
    {
        var ticket = (WalkTicket?)decision.Ticket;
        switch (decision.Kind)
        {
            case DecisionKind.StartWorker:
                Started(Slots[decision.Slot!.Index], decision.Generation);
                break;
            case DecisionKind.Dispatch:
                Dispatched(ticket!, Slots[decision.Slot!.Index], now);
                Law.Holds(decision == DecisionAbout(DecisionKind.Dispatch, ticket!));
                break;
            case DecisionKind.Expire:
                Law.Holds(ticket!.Expected == TicketState.Queued && ticket.WaitsUntil <= now);
                Queue.Remove(ticket);
                ticket.Expected = TicketState.Ended;
                _counters = _counters with { Errors = _counters.Errors + 1, QueueTimeouts = _counters.QueueTimeouts + 1 };
                break;
            case DecisionKind.Overdue:
                Law.Holds(ticket!.Expected == TicketState.Running && !ticket.Unsettled && ticket.Deadline <= now);
                Law.Holds(decision == DecisionAbout(DecisionKind.Overdue, ticket));
                ticket.Overdue = true;
                Stepped(ticket, StopStep.Cancelled, now);
                break;
            case DecisionKind.DumpStacks:
                Law.Holds(decision == DecisionAbout(DecisionKind.DumpStacks, ticket!));
                Law.Holds(ticket!.Step == StopStep.Cancelled && now - ticket.StepSince >= _spec.CancelGrace);
                Stepped(ticket, StopStep.Dumped, now);
                break;
            case DecisionKind.KillWorker:
                Law.Holds(decision == DecisionAbout(DecisionKind.KillWorker, ticket!));
                Law.Holds(ticket!.Step == StopStep.Dumped && now - ticket.StepSince >= _spec.DumpGrace);
                Stepped(ticket, StopStep.Killed, now);
                break;
            default:
                throw new BrokenLawException($"{decision.Kind} at a moment at which nobody asked for it");
        }
    }

    private void Started(WalkSlot slot, int generation)
    {
        Law.Holds(slot.Life == Life.Vacant && slot.Generation + 1 == generation && !_draining);
        Law.Holds(State != PoolState.Failed || !Array.Exists(Slots, other => other.Life == Life.Starting));
        slot.Life = Life.Starting;
        slot.Generation = generation;
    }

    private void Dispatched(WalkTicket ticket, WalkSlot slot, TimeSpan now)
    {
        Law.Holds(Queue.Count > 0 && Queue[0] == ticket);
        Law.Holds(ticket.Deadline > now);
        Law.Holds(slot.TakesWork);
        Law.Holds(Array.TrueForAll(Slots, other => !other.TakesWork || other.Calls.Count >= slot.Calls.Count));
        Queue.RemoveAt(0);
        slot.Calls.Add(ticket);
        ticket.On = slot;
        ticket.Expected = TicketState.Running;
    }

    private ReadOnlySpan<Decision> RejectQueue(ReadOnlySpan<Decision> decisions, RejectReason reason)
    {
        foreach (var ticket in Queue)
        {
            Law.Holds(decisions.Length > 0);
            Law.Holds(decisions[0] == new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
            decisions = decisions[1..];
            ticket.Expected = TicketState.Ended;
            _counters = _counters with { Errors = _counters.Errors + 1 };
        }

        Queue.Clear();
        return decisions;
    }

    private void EndRunning(WalkTicket ticket, bool succeeded)
    {
        ticket.On!.Calls.Remove(ticket);
        ticket.On = null;
        ticket.Expected = TicketState.Ended;
        _counters = ticket.Cancelled ? _counters with { Cancelled = _counters.Cancelled + 1 }
            : succeeded && !ticket.Overdue ? _counters with { Succeeded = _counters.Succeeded + 1 }
            : _counters with { Errors = _counters.Errors + 1 };
    }

    private static void Stepped(WalkTicket ticket, StopStep step, TimeSpan now)
    {
        ticket.Step = step;
        ticket.StepSince = now;
    }

    /// <summary>The one right decision of this kind about a running ticket. A slot's generation is that of its calls.</summary>
    private Decision DecisionAbout(DecisionKind kind, WalkTicket ticket)
    {
        Law.Holds(ticket.Expected == TicketState.Running);
        return new Decision(kind, ticket, _scheduler.Slots[ticket.On!.Index], ticket.On.Generation);
    }
}
