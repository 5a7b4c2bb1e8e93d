using Snakepit.Core.Lifecycle;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Core.Scheduling;

/// <summary>Decides which vacant slots get a process now.</summary>
internal sealed class SlotStarter(Slot[] slots, StartPlan plan, PoolHealth health, List<Decision> decisions)
{
    /// <summary>In a failed pool the back-off of the latest probe holds for every slot, else many slots would still make many starts.</summary>
    public void Postpone(TimeSpan notBefore)
    {
        foreach (var slot in slots)
        {
            if (slot.State == WorkerState.Vacant && slot.NotBefore < notBefore)
                slot.NotBefore = notBefore;
        }
    }

    /// <summary>A worker is ready again: what the others did before does not count any more.</summary>
    public void Forgive(TimeSpan now)
    {
        foreach (var slot in slots)
        {
            if (slot.State != WorkerState.Vacant)
                continue;
            slot.Failures = 0;
            slot.NotBefore = now;
        }
    }

    /// <summary>Starts whatever is due, as far as the pool's state and the batches allow.</summary>
    public void StartMissing(TimeSpan now)
    {
        var state = health.State;
        if (state == PoolState.Draining)
            return;
        // A failed pool is probed with one process at a time; the others follow when one is ready.
        if (state == PoolState.Failed && Array.Exists(slots, slot => slot.State == WorkerState.Starting))
            return;
        foreach (var slot in slots)
        {
            if (slot.State != WorkerState.Vacant || slot.NotBefore > now)
                continue;
            if (!plan.TryStart(now))
                return;
            slot.State = WorkerState.Starting;
            slot.Generation++;
            slot.Served = 0;
            slot.Unsettled = 0;
            decisions.Add(new Decision(DecisionKind.StartWorker, null, slot, slot.Generation));
            if (state == PoolState.Failed)
                return;
        }
    }
}
