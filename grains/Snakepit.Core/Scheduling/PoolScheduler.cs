using System.Runtime.InteropServices;
using Snakepit.Core.Scaling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// Decides everything about a shard's queue and workers. Pure: facts and the present moment go in, decisions come out.
/// <para>
/// Moments are offsets on one monotonic clock. Not thread-safe: one owner, one call at a time. The returned span is
/// valid until the next call, so carry the decisions out before telling the scheduler anything new.
/// </para>
/// </summary>
public sealed class PoolScheduler
{
    private readonly SchedulerSpec _spec;
    private readonly LoadIndex _index = new();
    private readonly TicketLedger _ledger = new();
    private readonly CallQueue _queue;
    private readonly Workforce _workforce;
    private readonly TicketTimes _times;
    private readonly List<Decision> _decisions = [];
    private readonly ServiceTimes _serviceTimes = new();

    /// <param name="spec">What to keep.</param>
    /// <param name="jitter">Evenly distributed numbers in [0, 1); spreads restarts and replacements.</param>
    public PoolScheduler(SchedulerSpec spec, Func<double> jitter)
    {
        _spec = spec;
        _queue = new CallQueue(_ledger, _serviceTimes, _decisions);
        Sizing = new PoolSizing(spec.Size, spec.GivenSize, spec.Scale);
        _workforce = new Workforce(spec, Sizing.Size, _index, _decisions, jitter);
        _times = new TicketTimes(_queue, _ledger, new StopLadder(spec, _ledger, _decisions), _index);
        Sessions = new SessionTable(spec.MaxSessions, spec.SessionTtl);
    }

    public IReadOnlyList<Slot> Slots => _workforce.Slots.All;

    /// <summary>How many workers it is asked to keep; <see cref="Sizing"/> says where that number comes from.</summary>
    public int Size => _workforce.Slots.Size;

    public PoolSizing Sizing { get; }

    /// <inheritdoc cref="Lifecycle.PoolHealth.IsWaking"/>
    public bool IsWaking => _workforce.IsWaking;

    public PoolState State => _workforce.State;

    /// <summary>Why the latest worker failed, or why the pool refuses calls; null once all is well.</summary>
    public string? LastFailure => _workforce.LastFailure;

    public int Queued => _queue.Count;

    /// <summary>Of those, the ones that begin only on their client's word.</summary>
    public int Held => _queue.Held.Count;

    /// <summary>How long the call that waits longest has waited; zero when none waits.</summary>
    public TimeSpan OldestWait(TimeSpan now) => _queue.First is { } first ? now - first.SubmittedAt : TimeSpan.Zero;

    /// <inheritdoc cref="SlotTable.Ready"/>
    public (int Workers, int Capacity) Ready => _workforce.Slots.Ready;

    public int QueueLimit => _spec.QueueLimit;
    public int Running => _ledger.Running;

    /// <summary>A call that comes now would begin at once.</summary>
    public bool HasRoom => State is PoolState.Ready && _queue.Count == 0 && _index.LeastLoaded is not null;

    public SessionTable Sessions { get; }

    public ShardCounters Counters => _ledger.Counters with { WorkerDeaths = _workforce.Crashes, Recycled = _workforce.Recycled };

    /// <summary>A ticket has a deadline that is watched. An ended ticket must leave none behind; tests look at it.</summary>
    internal bool HasDeadlines => _ledger.Deadlines > 0;

    /// <summary>A new call. It runs, waits or is rejected; it never overtakes a waiting call that may begin.</summary>
    public ReadOnlySpan<Decision> Submit(Ticket ticket, TimeSpan now)
    {
        _decisions.Clear();
        ticket.SubmittedAt = now;
        if (Refusal(ticket, now) is var reason and not RejectReason.None)
        {
            _ledger.Reject(ticket, reason);
            _decisions.Add(new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
            return Decided;
        }

        _ledger.Accept();
        if (_queue.Count == 0 && _index.LeastLoaded is { } worker)
            Assign(ticket, worker, now);
        else
            _queue.Append(ticket, mayWaitToTheEnd: IsWaking);
        if (_queue.Held.Count > 0)
            ServeQueue(now); // a worker may be free though calls wait
        return Decided;
    }

    /// <summary>The client of a waiting call gives its word: the call may begin, and is not held if it was not yet.</summary>
    public ReadOnlySpan<Decision> Release(Ticket ticket, TimeSpan now)
    {
        _decisions.Clear();
        if (ticket.State != TicketState.Queued)
            return Decided;
        _queue.Held.Release(ticket);
        ServeQueue(now);
        return Decided;
    }

    /// <summary>The worker answered a ticket, well or badly, or settled one that was told to stop.</summary>
    public ReadOnlySpan<Decision> Complete(Ticket ticket, bool succeeded, TimeSpan now)
    {
        _decisions.Clear();
        if (ticket.State != TicketState.Running)
            return Decided; // it ended when the link of its worker closed
        var worker = ticket.Worker!;
        if (succeeded && ticket.Stopping == StopStep.None)
            _serviceTimes.Record(ticket.Kind, now - ticket.DispatchedAt);
        End(ticket, succeeded, now);
        var due = _workforce.Relieved(worker, now);
        ServeQueue(now);
        if (due)
            _workforce.StartDue(now);
        return Decided;
    }

    /// <summary>The caller gave up. A waiting ticket ends here; a running one is stopped and ends when its worker settles.</summary>
    public ReadOnlySpan<Decision> Cancel(Ticket ticket, TimeSpan now)
    {
        _decisions.Clear();
        if (ticket.State == TicketState.Queued)
        {
            _queue.Cancel(ticket);
        }
        else if (ticket is { State: TicketState.Running, Stopping: StopStep.None })
        {
            ticket.CallerGone = ticket.Answered = true;
            _times.BeginStop(ticket, DecisionKind.CancelRunning, now);
        }

        return Decided; // one that is being stopped or over stays what it is: its caller leaves because it has its answer
    }

    /// <summary>The process of a slot's generation takes work from now on; one that it replaces takes none any more.</summary>
    public ReadOnlySpan<Decision> WorkerReady(int slotIndex, int generation, int capacity, TimeSpan now)
    {
        _decisions.Clear();
        if (_workforce.Ready(slotIndex, generation, capacity, now))
            Go(now);
        return Decided;
    }

    /// <summary>The fresh process of a slot has answered a sign of life: a taint of the slot ends.</summary>
    public ReadOnlySpan<Decision> WorkerProved(int slotIndex, int generation, TimeSpan now)
    {
        _decisions.Clear();
        if (_workforce.Proved(slotIndex, generation))
            ServeQueue(now);
        return Decided;
    }

    /// <summary>What a worker and its children use, in bytes; too much and it is replaced.</summary>
    public ReadOnlySpan<Decision> WorkerMeasured(int slotIndex, int generation, long bytes, TimeSpan now)
    {
        _decisions.Clear();
        _workforce.Measured(slotIndex, generation, bytes, now);
        _workforce.StartDue(now);
        return Decided;
    }

    /// <summary>Replaces a worker that serves, or one that starts if a person orders it, as <see cref="Workforce"/> does.</summary>
    public ReadOnlySpan<Decision> Recycle(int slotIndex, int generation, RecycleReason reason, TimeSpan now)
    {
        _decisions.Clear();
        if (_workforce.Recycle(slotIndex, generation, reason, now))
            _workforce.StartDue(now);
        return Decided;
    }

    /// <summary>A worker has refused a call, so it is leaving by itself. It gets no more: it looks idle and would draw all calls.</summary>
    public ReadOnlySpan<Decision> WorkerStoppedServing(int slotIndex, int generation, TimeSpan now)
    {
        _decisions.Clear();
        if (_workforce.StoppedServing(slotIndex, generation, now))
            Go(now);
        return Decided;
    }

    /// <summary>
    /// No more answers come from the process of a slot's generation: its link has closed, or it never became ready. Its calls are lost, the
    /// slot waits for its back-off. Only the first report of it counts. Without a failure it left because it was asked to; one that
    /// crashed ended by itself or from outside, and was not killed by us over a call that would not end.
    /// </summary>
    public ReadOnlySpan<Decision> WorkerLinkClosed(int slotIndex, int generation, string? failure, TimeSpan now, bool crashed = true)
    {
        _decisions.Clear();
        if (_workforce.LinkClosed(slotIndex, generation, failure, crashed, now) is not { } worker)
            return Decided;
        // No decision tells of these calls: the worker's end of the link answers each of them, and knows which of them it had begun.
        while (worker.Calls.First is { } ticket)
            End(ticket, succeeded: false, now);
        _workforce.DismissStopped(slotIndex, now);
        if (State is PoolState.Failed or PoolState.Tripped)
            _queue.RejectAll(State == PoolState.Failed ? RejectReason.PoolFailed : RejectReason.PoolTripped);
        Go(now);
        return Decided;
    }

    /// <summary>Time has passed: ends what waited too long, stops what ran too long, starts what is missing.</summary>
    public ReadOnlySpan<Decision> Tick(TimeSpan now)
    {
        _decisions.Clear();
        _times.Tick(now);
        if (_workforce.Tick(now))
            ServeQueue(now);
        if (Sizing.Spec is not null && Sizing.Next(ScaleFacts, now) is { } size)
            _workforce.Resize(size, now);
        _workforce.StartDue(now);
        if (_queue.Count > 0)
            _queue.Tick(Room, now);
        Sessions.Tick(now);
        return Decided;
    }

    /// <summary>Other shards have room: up to <paramref name="places"/> waiting calls leave for them, the longest waiting first.</summary>
    public ReadOnlySpan<Decision> MoveQueued(int places)
    {
        _decisions.Clear();
        _queue.Move(places);
        return Decided;
    }

    /// <summary>The shard takes no calls, starts no workers and rejects what waits. Running calls go on.</summary>
    public ReadOnlySpan<Decision> Drain()
    {
        _decisions.Clear();
        _workforce.Drain();
        _queue.RejectAll(RejectReason.PoolDraining);
        return Decided;
    }

    /// <summary>
    /// Keeps another number of workers: those that are too many finish what they have and leave. Null: the number of its configuration, or
    /// of its load.
    /// </summary>
    public ReadOnlySpan<Decision> Resize(int? size, TimeSpan now)
    {
        _decisions.Clear();
        _workforce.Resize(Sizing.Give(size), now);
        _workforce.StartDue(now);
        return Decided;
    }

    /// <summary>Takes a drain back: calls are taken again, and workers that have left meanwhile are followed by others.</summary>
    public ReadOnlySpan<Decision> Resume(TimeSpan now)
    {
        _decisions.Clear();
        _workforce.Resume();
        _workforce.StartDue(now);
        return Decided;
    }

    private ScaleFacts ScaleFacts => ScaleLook.Facts(_workforce.Slots, State, _spec, _queue.Count + Running, _ledger.Requests);

    private (int Free, int Capacity) Room => (_workforce.Slots.Free, Ready.Capacity);

    private ReadOnlySpan<Decision> Decided => CollectionsMarshal.AsSpan(_decisions);

    private void Go(TimeSpan now)
    {
        ServeQueue(now);
        _workforce.StartDue(now);
    }

    private RejectReason Refusal(Ticket ticket, TimeSpan now) => AdmissionRule.Refusal(
        new AdmissionFacts(
            State, _workforce.Breaker, Running, _queue.Count, _spec.QueueLimit, _index.LeastLoaded is not null), ticket, now);

    private void Assign(Ticket ticket, SlotWorker free, TimeSpan now)
    {
        var worker = ticket.Session is null ? free : Sessions.Place(ticket, free, now);
        _ledger.Start(ticket, worker, now);
        _index.Place(worker);
        _decisions.Add(new Decision(DecisionKind.Dispatch, ticket, worker.Slot, worker.Generation));
    }

    private void ServeQueue(TimeSpan now)
    {
        while (_index.LeastLoaded is { } worker && _queue.Take(now) is { } ticket)
            Assign(ticket, worker, now);
        if (_queue.Held.Count > 0)
            _queue.Held.CallUp(Room, now);
    }

    private void End(Ticket ticket, bool succeeded, TimeSpan now)
    {
        _ledger.EndRunning(ticket, succeeded);
        Sessions.Ended(ticket, succeeded, now);
    }
}
