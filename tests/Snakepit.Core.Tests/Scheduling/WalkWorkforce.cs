using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>The workers' half of a scheduler's twin: which processes each slot has, and the state of the pool that follows.</summary>
internal sealed class WalkWorkforce(SchedulerSpec spec, Func<double> jitter)
{
    private readonly CrashBreaker _breaker = new(spec.Breaker, jitter);
    private bool _draining;
    private bool _everReady;
    private int _failedStarts;

    public WalkSlot[] Slots { get; private set; } = [.. Enumerable.Range(0, spec.Size).Select(index => new WalkSlot(index))];

    public int Size { get; private set; } = spec.Size;

    public int Deaths { get; private set; }

    public int Replaced { get; private set; }

    public PoolState State =>
        _draining ? PoolState.Draining
        : Size == 0 ? PoolState.Ready
        : !AnyReady && _failedStarts >= Math.Min(Size, 3) ? PoolState.Failed
        : _breaker.State != BreakerState.Closed ? PoolState.Tripped
        : AnyReady ? PoolState.Ready
        : _everReady ? PoolState.Degraded
        : PoolState.Starting;

    public bool TakesWork => Array.Exists(Slots, slot => slot.TakesWork);

    /// <summary>Whether a tripped pool may try one call.</summary>
    public bool CanProbe =>
        _breaker.State != BreakerState.Open
            && TakesWork
            && Array.TrueForAll(Slots, slot => Array.TrueForAll(slot.Workers, worker => worker.Calls.Count == 0));

    private bool AnyReady => Array.Exists(Slots, slot => slot.IsReady);

    public void Served(WalkWorker worker, RecycleLimits limits)
    {
        _breaker.Survived();
        worker.Served++;
        worker.Due |= worker.Life == Life.Ready && worker.Served >= limits.Requests;
    }

    /// <summary>False when no such worker was starting.</summary>
    public bool BecameReady(WalkSlot slot, int generation, int capacity, TimeSpan now)
    {
        if (Find(slot, generation) is not { Life: Life.Starting } worker)
            return false;

        worker.Life = Life.Ready;
        worker.Capacity = capacity;
        _everReady = true;
        _failedStarts = 0;
        if (slot.Successor == worker)
        {
            (slot.Leaving, slot.Current, slot.Successor) = (slot.Current, worker, null);
            slot.Leaving!.Life = Life.Draining;
            slot.LeavingSince = now;
            slot.Leaving.WasReplaced = true;
            Replaced++;
        }

        if (!slot.IsWanted)
            Refused(slot, generation, now);
        return true;
    }

    public void Resized(int size, TimeSpan now)
    {
        Size = size;
        _everReady |= size == 0; // calls wait for its next worker
        Slots = [.. Slots, .. Enumerable.Range(Slots.Length, Math.Max(0, size - Slots.Length)).Select(index => new WalkSlot(index))];
        foreach (var slot in Slots)
        {
            slot.IsWanted = slot.Index < size;
            if (slot is { IsWanted: false, Current: { HasRefused: false, Generation: var generation } })
                Refused(slot, generation, now);
        }
    }

    /// <summary>The worker that is gone, with its calls, or null when it was gone before.</summary>
    public WalkWorker? LinkClosed(WalkSlot slot, int generation, string? failure, bool crashed, TimeSpan now)
    {
        if (Find(slot, generation) is not { } worker)
            return null;

        var was = worker.Life;
        worker.Life = Life.Gone;
        if (was == Life.Starting && !AnyReady)
            _failedStarts++;
        if (failure is not null && was is Life.Ready or Life.Draining)
        {
            Deaths++;
            if (crashed)
            {
                _breaker.Crashed(failure, now);
                if (was == Life.Ready && spec.Taint > TimeSpan.Zero)
                    slot.TaintedUntil = now + spec.Taint;
            }
        }

        if (slot.Leaving == worker)
        {
            slot.Leaving = null;
            if (slot.Current is { HasRefused: true, Generation: var refusing })
                Refused(slot, refusing, now);
        }
        else if (slot.Successor == worker)
            slot.Successor = null;
        else
            (slot.Current, slot.Successor) = (slot.Successor, null);
        return worker;
    }

    public static void Proved(WalkSlot slot, int generation)
    {
        if (slot.IsReady && slot.Current!.Generation == generation)
            slot.TaintedUntil = null;
    }

    public void Measured(WalkSlot slot, int generation, long bytes)
    {
        if (Find(slot, generation) is not { } worker)
            return;

        worker.Bytes = bytes;
        worker.Baseline = worker.Baseline == 0 ? bytes : worker.Baseline;
        worker.Due |= slot.Current == worker && worker.Life == Life.Ready
            && (bytes >= spec.Recycle.MemoryBytes || bytes >= worker.Baseline * spec.Recycle.MemoryGrowth);
    }

    public static void Recycled(WalkSlot slot, int generation)
    {
        if (Find(slot, generation) is { Life: Life.Starting or Life.Ready } worker)
            worker.Due = true;
    }

    public static void Refused(WalkSlot slot, int generation, TimeSpan now)
    {
        if (slot.Current is not { Life: Life.Ready } worker || worker.Generation != generation)
            return;
        worker.Due = worker.HasRefused = true;
        if (slot.Leaving is not null)
            return;
        (slot.Leaving, slot.Current, slot.Successor) = (worker, slot.Successor, null);
        worker.Life = Life.Draining;
        worker.WasReplaced = true;
        slot.LeavingSince = now;
    }

    public void Ticked(TimeSpan now)
    {
        _breaker.Tick(now);
        foreach (var slot in Slots)
            slot.TaintedUntil = slot.TaintedUntil <= now ? null : slot.TaintedUntil;
    }

    public void Started(WalkSlot slot, int generation)
    {
        Law.Holds(slot.IsWanted && slot.Generation + 1 == generation && !_draining && _breaker.State != BreakerState.Open);
        Law.Holds(
            State is not (PoolState.Failed or PoolState.Tripped)
                || !Array.Exists(Slots, other => other.Current is { Life: Life.Starting }));
        slot.Generation = generation;
        if (slot.Current is null)
        {
            slot.Current = new WalkWorker(slot, generation);
            return;
        }

        Law.Holds(slot.Current is { Life: Life.Ready, Due: true } && !slot.IsRecycling && State == PoolState.Ready);
        slot.Successor = new WalkWorker(slot, generation);
    }

    public static void Stopped(WalkSlot slot, int generation)
    {
        Law.Holds(slot.Leaving is { Life: Life.Draining, Calls.Count: 0 } leaving && leaving.Generation == generation);
        slot.Leaving!.Life = Life.Stopping;
    }

    public void Drained() => _draining = true;

    public void Resumed() => _draining = false;

    private static WalkWorker? Find(WalkSlot slot, int generation) => Array.Find(slot.Workers, worker => worker.Generation == generation);
}
