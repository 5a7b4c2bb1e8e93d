using Snakepit.Core.Lifecycle;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// The workers of a shard: which are starting, which serve, which are being replaced. Knows nothing of callers; the scheduler ends the
/// calls of a worker whose link has closed.
/// <para>
/// A worker goes Starting → Ready → Draining → Stopping, and its link may close in each of them. Ready → Stopping is not
/// made: what runs is finished first. Only a replaced worker drains; a vacant slot has no worker, so it is not in this table.
/// </para>
/// </summary>
internal sealed class Workforce
{
    /// <summary>How often ages are looked at here. The reminder of a worker's age may come late, or not at all.</summary>
    private static readonly TimeSpan AgePeriod = TimeSpan.FromMinutes(1);

    private readonly SchedulerSpec _spec;
    private readonly SlotBackoff _backoff;
    private readonly LoadIndex _index;
    private readonly PoolHealth _health;
    private readonly CrashBreaker _breaker;
    private readonly SlotStarter _starter;
    private readonly List<Decision> _decisions;
    private TimeSpan _agesAt;

    public Workforce(SchedulerSpec spec, int size, LoadIndex index, List<Decision> decisions, Func<double> jitter)
    {
        _spec = spec;
        _backoff = new SlotBackoff(spec, jitter);
        _index = index;
        _decisions = decisions;
        Slots = new SlotTable(size);
        _breaker = new CrashBreaker(spec.Breaker, jitter);
        _health = new PoolHealth(size, _breaker);
        _starter = new SlotStarter(Slots, spec, _health, decisions, jitter);
    }

    public SlotTable Slots { get; }

    public PoolState State => _health.State;

    /// <inheritdoc cref="PoolHealth.IsWaking"/>
    public bool IsWaking => _health.IsWaking;

    public string? LastFailure => _health.LastFailure;

    public BreakerState Breaker => _breaker.State;

    public long Crashes { get; private set; }

    public long Recycled { get; private set; }

    public void StartDue(TimeSpan now) => _starter.StartDue(now, _breaker.State);

    public void Drain() => _health.Drain();
    public void Resume() => _health.Resume();

    /// <summary>Keeps another number of workers. Those of slots that are given up finish what they have and leave.</summary>
    public void Resize(int size, TimeSpan now)
    {
        Slots.Resize(size);
        _health.Resize(size);
        DismissUnwanted(now);
    }

    /// <summary>The process takes work from now on; the one it replaces takes none. False for one that was given up on.</summary>
    public bool Ready(int slotIndex, int generation, int capacity, TimeSpan now)
    {
        var slot = Slots[slotIndex];
        if (slot.Find(generation) is not { State: WorkerState.Starting } worker)
            return false;
        slot.Started(worker, capacity, now);
        if (_health.State == PoolState.Failed)
        {
            slot.Failures = 0;
            _starter.Forgive(now);
        }

        _health.WorkerReady();
        if (slot.Successor == worker)
        {
            _starter.Paced(worker, now);
            Replace(slot, worker, now);
        }

        _index.Place(worker);
        DismissUnwanted(now);
        return true;
    }

    /// <summary>
    /// No more answers come from the process, or it never became ready. Returns the worker, whose calls are lost; null when that is known
    /// already.
    /// </summary>
    public SlotWorker? LinkClosed(int slotIndex, int generation, string? failure, bool crashed, TimeSpan now)
    {
        var slot = Slots[slotIndex];
        if (slot.Find(generation) is not { } worker)
            return null;
        var was = worker.State;
        worker.State = WorkerState.Vacant;
        _index.Remove(worker);
        slot.Ended(failure, was);
        Account(worker, was, failure, crashed, now);

        if (slot.Leaving == worker)
            slot.Leaving = null;
        else if (slot.Successor == worker)
            _backoff.AfterFailedSuccessor(slot, now);
        else
            Vacate(slot, worker, was, failure, now);
        return worker;
    }

    /// <summary>A fresh worker has shown that it is well: the slot's past does not count against it.</summary>
    public bool Proved(int slotIndex, int generation)
    {
        var slot = Slots[slotIndex];
        return slot.Tainted && slot.Current is { State: WorkerState.Ready } worker && worker.Generation == generation && Untaint(slot);
    }

    /// <summary>Marks a worker for replacement. False when there is no such worker, or it is not ready, or marked already.</summary>
    /// <remarks>A person's order also marks one that starts: it may have read files that have changed meanwhile.</remarks>
    public bool Recycle(int slotIndex, int generation, RecycleReason reason, TimeSpan now)
    {
        if (Slots[slotIndex].Find(generation) is not { RecycleDue: null } worker
            || !(worker.State == WorkerState.Ready || (worker.State == WorkerState.Starting && reason == RecycleReason.Manual)))
            return false;
        (worker.RecycleDue, worker.DueSince) = (reason, now);
        return true;
    }

    /// <summary>
    /// A worker takes no calls any more: it finishes those that it has and leaves, and its place is free for another. While the worker
    /// before it has not left yet, it only gets no more calls; its place is given away when that one has gone. False when it is not
    /// serving.
    /// </summary>
    public bool StoppedServing(int slotIndex, int generation, TimeSpan now)
    {
        var slot = Slots[slotIndex];
        if (slot.Current is not { State: WorkerState.Ready } worker || worker.Generation != generation)
            return false;
        worker.HasStoppedServing = true;
        worker.RecycleDue = slot.IsWanted ? RecycleReason.Refusal : RecycleReason.Scaled;
        _index.Remove(worker); // looking idle it would draw all calls
        if (slot.Leaving is not null)
            return false;
        slot.Current = slot.Successor;
        slot.Successor = null;
        Dismiss(slot, worker, now);
        return true;
    }

    /// <summary>The worker before it has gone: one that has refused a call meanwhile can be dismissed now.</summary>
    public void DismissStopped(int slotIndex, TimeSpan now)
    {
        if (Slots[slotIndex].Current is { HasStoppedServing: true } worker)
            StoppedServing(slotIndex, worker.Generation, now);
    }

    /// <summary>What a worker and its children use now.</summary>
    public void Measured(int slotIndex, int generation, long bytes, TimeSpan now)
    {
        if (Slots[slotIndex].Find(generation) is not { } worker)
            return;
        worker.MemoryBytes = bytes;
        if (worker.BaselineBytes == 0)
            worker.BaselineBytes = bytes;
        if (RecycleRule.TooBig(worker.Limits, bytes, worker.BaselineBytes))
            Recycle(slotIndex, generation, RecycleReason.Memory, now);
    }

    /// <summary>A call of the worker has ended. True when that makes the worker due for replacement.</summary>
    public bool Relieved(SlotWorker worker, TimeSpan now)
    {
        _breaker.Survived();
        worker.Served++;
        _index.Place(worker);
        if (worker.State == WorkerState.Draining)
            StopWhenIdle(worker);
        return RecycleRule.ServedEnough(worker.Limits, worker.Served)
            && Recycle(worker.Slot.Index, worker.Generation, RecycleReason.Requests, now);
    }

    /// <summary>True when a worker may take work that could not before.</summary>
    public bool Tick(TimeSpan now)
    {
        var changed = _breaker.Tick(now);
        LookAtAges(now);
        foreach (var slot in Slots.All)
        {
            if (slot.Tainted && slot.TaintedUntil <= now)
                changed |= Untaint(slot);
        }

        return changed;
    }

    private void DismissUnwanted(TimeSpan now)
    {
        while (Slots.FirstToDismiss() is { Current: { } worker } slot)
            StoppedServing(slot.Index, worker.Generation, now);
    }

    private void LookAtAges(TimeSpan now)
    {
        if (now < _agesAt)
            return;
        _agesAt = now + AgePeriod;
        foreach (var slot in Slots.All)
        {
            if (slot.Current is { } worker && worker.AgeLeft(now) <= TimeSpan.Zero)
                Recycle(slot.Index, worker.Generation, RecycleReason.Ttl, now);
        }
    }

    private void Account(SlotWorker worker, WorkerState was, string? failure, bool crashed, TimeSpan now)
    {
        switch (was)
        {
            case WorkerState.Starting:
                _health.StartFailed(failure ?? "the worker left before it was ready");
                break;
            case WorkerState.Ready:
                _health.ReadyWorkerLeft(failure);
                break;
            case WorkerState.Draining or WorkerState.Stopping:
                break; // left the count when it was replaced
            default:
                throw new InvalidOperationException($"Worker in unknown state {was} is gone.");
        }

        if (failure is null || was is WorkerState.Starting or WorkerState.Stopping)
            return;
        Crashes++;
        if (!crashed)
            return;
        _breaker.Crashed(failure, now);
        if (_spec.Taint > TimeSpan.Zero && was == WorkerState.Ready)
            Taint(worker.Slot, now);
    }

    private void Vacate(Slot slot, SlotWorker worker, WorkerState was, string? failure, TimeSpan now)
    {
        _backoff.AfterEnd(slot, worker, was, failure, now);
        slot.Current = slot.Successor; // already on its way
        slot.Successor = null;
        if (_health.State == PoolState.Failed)
            _starter.Postpone(slot.NotBefore);
    }

    private void Replace(Slot slot, SlotWorker successor, TimeSpan now)
    {
        var old = slot.Current!;
        slot.Current = successor;
        slot.Successor = null;
        slot.FailedSuccessors = 0;
        Recycled++;
        Dismiss(slot, old, now);
    }

    /// <summary>It gets no more work and leaves when it is done.</summary>
    private void Dismiss(Slot slot, SlotWorker worker, TimeSpan now)
    {
        slot.Leaving = worker;
        slot.LeavingSince = now;
        worker.State = WorkerState.Draining;
        worker.Replaced = true;
        _index.Remove(worker);
        _health.ReadyWorkerLeft(null);
        StopWhenIdle(worker);
    }

    private void StopWhenIdle(SlotWorker worker)
    {
        if (worker.Load > 0)
            return;
        worker.State = WorkerState.Stopping;
        _decisions.Add(new Decision(DecisionKind.StopWorker, null, worker.Slot, worker.Generation));
    }

    private void Taint(Slot slot, TimeSpan now)
    {
        slot.Tainted = true;
        slot.TaintedUntil = now + _spec.Taint;
    }

    private bool Untaint(Slot slot)
    {
        slot.Tainted = false;
        if (slot.Current is { } worker)
            _index.Place(worker);
        return true;
    }
}
