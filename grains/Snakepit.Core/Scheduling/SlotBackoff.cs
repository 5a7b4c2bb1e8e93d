using Snakepit.Core.Lifecycle;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>How long a slot waits for its next process after one has ended or did not start.</summary>
internal sealed class SlotBackoff(SchedulerSpec spec, Func<double> jitter)
{
    /// <summary>The slot's process has ended.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="worker">The process.</param>
    /// <param name="was">What it did.</param>
    /// <param name="failure">What happened; null when it left because it was asked to.</param>
    /// <param name="now">The present moment.</param>
    public void AfterEnd(Slot slot, SlotWorker worker, WorkerState was, string? failure, TimeSpan now)
    {
        var wasStarting = was == WorkerState.Starting;
        var stable = !wasStarting && now - worker.ReadySince >= spec.StableAfter;
        // A start that came to nothing counts whatever its reason: without a pause it would be repeated in a tight loop.
        slot.Failures = stable || (failure is null && !wasStarting) ? 0 : slot.Failures + 1;
        // The first early death is replaced at once: a single kill must not cost capacity, a loop must not cost the host.
        Wait(slot, wasStarting ? slot.Failures : slot.Failures - 1, now);
    }

    /// <summary>A successor did not start. The old process goes on serving until another one comes.</summary>
    public void AfterFailedSuccessor(Slot slot, TimeSpan now)
    {
        slot.Successor = null;
        Wait(slot, ++slot.FailedSuccessors, now);
    }

    private void Wait(Slot slot, int steps, TimeSpan now) =>
        slot.NotBefore = now + RestartBackoff.Delay(steps, spec.RestartBackoff, spec.RestartBackoffLimit, jitter());
}
