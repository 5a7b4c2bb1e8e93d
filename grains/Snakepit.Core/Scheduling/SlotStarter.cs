using Snakepit.Core.Lifecycle;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>Decides which slots get a process now: vacant ones, and those whose worker is due to be replaced.</summary>
internal sealed class SlotStarter(SlotTable slots, SchedulerSpec spec, PoolHealth health, List<Decision> decisions, Func<double> jitter)
{
    private readonly StartPlan _plan = new(spec.StartBatchSize, spec.StartBatchDelay);
    private TimeSpan _nextSuccessor;

    /// <summary>
    /// In a failed pool the back-off of the latest probe holds for every slot, else many slots would still make many starts.
    /// </summary>
    public void Postpone(TimeSpan notBefore)
    {
        foreach (var slot in slots.All)
        {
            if (slot.Current is null && slot.NotBefore < notBefore)
                slot.NotBefore = notBefore;
        }
    }

    /// <summary>A worker is ready again: what the others did before does not count any more.</summary>
    public void Forgive(TimeSpan now)
    {
        foreach (var slot in slots.All)
        {
            if (slot.Current is not null)
                continue;
            slot.Failures = 0;
            slot.NotBefore = now;
        }
    }

    /// <summary>Starts whatever is due, as far as the pool's state and the batches allow: what is missing first, then successors.</summary>
    public void StartDue(TimeSpan now, BreakerState breaker)
    {
        var state = health.State;
        if (state == PoolState.Draining || breaker == BreakerState.Open)
            return;
        // A pool in trouble is probed with one process at a time; the others follow when it is well again.
        var probing = state is PoolState.Failed or PoolState.Tripped;
        if (probing
            && slots.All.Any(
                slot => slot.State is WorkerState.Starting || (state == PoolState.Tripped && slot.State == WorkerState.Ready)))
            return;
        foreach (var slot in slots.All)
        {
            if (!slot.IsWanted || slot.Current is not null || slot.NotBefore > now)
                continue;
            if (!_plan.TryStart(now))
                return;
            slot.Current = Start(slot, now);
            if (probing)
                return;
        }

        if (state == PoolState.Ready)
            StartSuccessors(now);
    }

    /// <summary>A successor is ready; the next one has time, so that starts take only their share of the host.</summary>
    public void Paced(SlotWorker successor, TimeSpan now) => _nextSuccessor = now + ((now - successor.StartedAt) * spec.RecyclePause);

    private void StartSuccessors(TimeSpan now)
    {
        if (now < _nextSuccessor)
            return;
        var room = slots.RecycleLimit - slots.All.Count(slot => IsBeingReplaced(slot, now));
        for (; room > 0 && LongestDue(now) is { } slot && _plan.TryStart(now); room--)
            slot.Successor = Start(slot, now);
    }

    /// <summary>One endless call on a replaced worker must not keep all others from being replaced.</summary>
    private bool IsBeingReplaced(Slot slot, TimeSpan now) =>
        slot.Successor is not null || (slot.Leaving is not null && now - slot.LeavingSince < spec.RecycleHold);

    /// <summary>
    /// Picks the longest-waiting slot. Picking the first would let slot 0 recycle again and again while the start limit holds, and starve
    /// the rest.
    /// </summary>
    private Slot? LongestDue(TimeSpan now)
    {
        Slot? longest = null;
        foreach (var slot in slots.All)
        {
            if (slot is { IsWanted: true, IsRecycling: false, Current: { State: WorkerState.Ready, RecycleDue: not null } worker }
                && slot.NotBefore <= now
                && (longest is null || worker.DueSince < longest.Current!.DueSince))
                longest = slot;
        }

        return longest;
    }

    private SlotWorker Start(Slot slot, TimeSpan now)
    {
        var worker = new SlotWorker(slot, ++slot.Generation, RecycleRule.Draw(spec.Recycle, jitter())) { StartedAt = now };
        decisions.Add(new Decision(DecisionKind.StartWorker, null, slot, worker.Generation));
        return worker;
    }
}
