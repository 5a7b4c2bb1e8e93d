using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>
/// A scheduler's twin, kept in the simplest way: it checks every decision, moves its own state along, and compares the two.
/// It keeps the calls; <see cref="WalkWorkforce"/> keeps the workers.
/// </summary>
internal sealed class WalkModel
{
    private readonly SchedulerSpec _spec;
    private readonly PoolScheduler _scheduler;
    private readonly WalkWorkforce _workforce;
    private readonly WalkSessions _sessions;
    private ShardCounters _counters;

    /// <param name="spec">What the scheduler was given.</param>
    /// <param name="scheduler">The real one.</param>
    /// <param name="jitter">The scheduler's; only its breaker may take from it when it is no constant.</param>
    public WalkModel(SchedulerSpec spec, PoolScheduler scheduler, Func<double> jitter)
    {
        _workforce = new WalkWorkforce(spec, jitter);
        _sessions = new WalkSessions(spec);
        _spec = spec;
        _scheduler = scheduler;
    }

    public WalkSlot[] Slots => _workforce.Slots;

    public List<WalkTicket> Queue { get; } = [];

    public ShardCounters Counters => _counters with { WorkerDeaths = _workforce.Deaths, Recycled = _workforce.Replaced };

    public TimeSpan RecycleHold => _spec.RecycleHold;
    public int RecycleLimit => Math.Max(1, Slots.Length / 10); // what began before the pool was made smaller goes on
    public int Sessions => _sessions.Count;
    public PoolState State => _workforce.State;

    public void Submitted(WalkTicket ticket, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (Refusal(ticket, now) is var reason and not RejectReason.None)
        {
            Law.Holds(decisions.Length == 1);
            Law.Holds(decisions[0] == new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
            ticket.Expected = TicketState.Ended;
            _counters = reason == RejectReason.QueueFull ? _counters with { PoolSaturated = _counters.PoolSaturated + 1 }
                : reason == RejectReason.NoRoom ? _counters
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
        if (ticket.Expected != TicketState.Running)
        {
            Law.Holds(decisions.IsEmpty);
            return;
        }

        var worker = ticket.On!;
        EndRunning(ticket, succeeded, now);
        _workforce.Served(worker, Real(worker).Limits);
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
            ticket!.Stepped(StopStep.Cancelled, now);
        }
        else
        {
            Law.Holds(decisions.IsEmpty);
        }
    }

    public void Ready(WalkSlot slot, int generation, int capacity, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (_workforce.BecameReady(slot, generation, capacity, now))
            Apply(decisions, now);
        else
            Law.Holds(decisions.IsEmpty);
    }

    public void Exited(WalkSlot slot, int generation, string? failure, bool crashed, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        if (_workforce.LinkClosed(slot, generation, failure, crashed, now) is not { } worker)
        {
            Law.Holds(decisions.IsEmpty);
            return;
        }

        foreach (var lost in worker.Calls.ToArray())
            EndRunning(lost, succeeded: false, now);
        Apply(
            State switch
            {
                PoolState.Failed => RejectQueue(decisions, RejectReason.PoolFailed),
                PoolState.Tripped => RejectQueue(decisions, RejectReason.PoolTripped),
                _ => decisions,
            },
            now);
    }

    public void Proved(WalkSlot slot, int generation, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        WalkWorkforce.Proved(slot, generation);
        Apply(decisions, now);
    }

    public void Measured(WalkSlot slot, int generation, long bytes, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        _workforce.Measured(slot, generation, bytes);
        Apply(decisions, now);
    }

    public void Recycled(WalkSlot slot, int generation, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        WalkWorkforce.Recycled(slot, generation);
        Apply(decisions, now);
    }

    public void Refused(WalkSlot slot, int generation, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        WalkWorkforce.Refused(slot, generation, now);
        Apply(decisions, now);
    }

    public void Forgotten(string session) => _sessions.Forgotten(session);

    public void Ticked(ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        var expiries = 0; // they are told of before the time that has passed is seen by the others
        while (expiries < decisions.Length
            && decisions[expiries].Kind
                is DecisionKind.Expire or DecisionKind.Overdue or DecisionKind.DumpStacks or DecisionKind.KillWorker)
            expiries++;
        Apply(decisions[..expiries], now);
        _workforce.Ticked(now);
        Apply(decisions[expiries..], now);
        _sessions.Ticked(now);
        var latest = now - DeadlineWheel.Resolution;
        Law.Holds(Queue.TrueForAll(ticket => ticket.WaitsUntil > latest || ticket.SubmittedAt > latest));
        Law.Holds(Array.TrueForAll(
            Slots,
            slot => Array.TrueForAll(slot.Workers, worker => worker.Calls.TrueForAll(call => call.Unsettled || call.Deadline > latest))));
    }

    public void Moved(int places, ReadOnlySpan<Decision> decisions)
    {
        var leaving = Queue.Where(ticket => ticket.MayMove).Take(places).ToArray();
        Law.Holds(decisions.SequenceEqual(leaving.Select(ticket => new Decision(DecisionKind.Move, ticket, null)).ToArray()));
        Queue.RemoveAll(leaving.Contains);
        Array.ForEach(leaving, ticket => ticket.Expected = TicketState.Ended);
        _counters = _counters with { Moved = _counters.Moved + leaving.Length };
    }

    public void Drained(ReadOnlySpan<Decision> decisions)
    {
        _workforce.Drained();
        Law.Holds(RejectQueue(decisions, RejectReason.PoolDraining).IsEmpty);
    }

    /// <summary>Somebody has changed what the workforce is to be.</summary>
    public void Changed(Action<WalkWorkforce> change, ReadOnlySpan<Decision> decisions, TimeSpan now)
    {
        change(_workforce);
        Apply(decisions, now);
    }

    private RejectReason Refusal(WalkTicket ticket, TimeSpan now) => State switch
    {
        PoolState.Draining => RejectReason.PoolDraining,
        PoolState.Failed => RejectReason.PoolFailed,
        PoolState.Starting => RejectReason.PoolNotReady,
        PoolState.Tripped when Queue.Count > 0 || !_workforce.CanProbe => RejectReason.PoolTripped,
        _ when ticket.Deadline <= now => RejectReason.DeadlinePassed,
        _ when !ticket.MayWait && !_workforce.TakesWork => RejectReason.NoRoom,
        _ when Queue.Count >= _spec.QueueLimit && !_workforce.TakesWork => RejectReason.QueueFull,
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
                _workforce.Started(Slots[decision.Slot!.Index], decision.Generation);
                break;
            case DecisionKind.Dispatch:
                Dispatched(ticket!, Slots[decision.Slot!.Index].Current!, now);
                Law.Holds(decision == DecisionAbout(DecisionKind.Dispatch, ticket!));
                break;
            case DecisionKind.StopWorker:
                WalkWorkforce.Stopped(Slots[decision.Slot!.Index], decision.Generation);
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
                ticket!.Stepped(StopStep.Cancelled, now);
                break;
            case DecisionKind.DumpStacks:
                Law.Holds(decision == DecisionAbout(DecisionKind.DumpStacks, ticket!));
                Law.Holds(ticket!.Step == StopStep.Cancelled && now - ticket.StepSince >= _spec.CancelGrace);
                ticket!.Stepped(StopStep.Dumped, now);
                break;
            case DecisionKind.KillWorker:
                Law.Holds(decision == DecisionAbout(DecisionKind.KillWorker, ticket!));
                Law.Holds(ticket!.Step == StopStep.Dumped && now - ticket.StepSince >= _spec.DumpGrace);
                ticket!.Stepped(StopStep.Killed, now);
                break;
            default:
                throw new BrokenLawException($"{decision.Kind} at a moment at which nobody asked for it");
        }
    }

    private void Dispatched(WalkTicket ticket, WalkWorker worker, TimeSpan now)
    {
        Law.Holds(Queue.Count > 0 && Queue[0] == ticket);
        Law.Holds(ticket.Deadline > now);
        Law.Holds(ticket.Deadline == (ticket.RunLimit < ticket.Granted - now ? now + ticket.RunLimit : ticket.Granted));
        Law.Holds(worker.TakesWork);
        var ownWorker = ticket.Session is not null && _sessions.Dispatched(ticket, worker, now);
        if (!ownWorker)
            Law.Holds(Array.TrueForAll(Slots, other => !other.TakesWork || other.Current!.Calls.Count >= worker.Calls.Count));
        Queue.RemoveAt(0);
        worker.Calls.Add(ticket);
        ticket.On = worker;
        ticket.Expected = TicketState.Running;
    }

    private SlotWorker Real(WalkWorker worker) => _scheduler.Slots[worker.Slot.Index].Find(worker.Generation)!;

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

    private void EndRunning(WalkTicket ticket, bool succeeded, TimeSpan now)
    {
        _sessions.Ended(ticket, succeeded, now);
        ticket.On!.Calls.Remove(ticket);
        ticket.On = null;
        ticket.Expected = TicketState.Ended;
        _counters = ticket.Cancelled ? _counters with { Cancelled = _counters.Cancelled + 1 }
            : succeeded && !ticket.Overdue ? _counters with { Succeeded = _counters.Succeeded + 1 }
            : _counters with { Errors = _counters.Errors + 1 };
    }

    /// <summary>The one right decision of this kind about a running ticket. A slot's generation is that of its calls.</summary>
    private Decision DecisionAbout(DecisionKind kind, WalkTicket ticket)
    {
        Law.Holds(ticket.Expected == TicketState.Running);
        return new Decision(kind, ticket, _scheduler.Slots[ticket.On!.Slot.Index], ticket.On.Generation);
    }
}
