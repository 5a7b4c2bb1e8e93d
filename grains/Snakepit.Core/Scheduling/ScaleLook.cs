using Snakepit.Core.Scaling;
using Snakepit.Pools;

namespace Snakepit.Core.Scheduling;

/// <summary>Looks at a shard for the rule that scales it.</summary>
internal static class ScaleLook
{
    /// <param name="slots">Its slots.</param>
    /// <param name="state">Its state.</param>
    /// <param name="spec">What it keeps to.</param>
    /// <param name="demand">Calls waiting and running.</param>
    /// <param name="requests">Calls accepted so far.</param>
    public static ScaleFacts Facts(SlotTable slots, PoolState state, SchedulerSpec spec, int demand, long requests)
    {
        var (workers, capacity) = slots.Ready;
        return new ScaleFacts(
            slots.Size,
            demand,
            requests,
            workers == 0 ? spec.WorkerCapacity : (double)capacity / workers,
            MayChange: state is PoolState.Ready or PoolState.Degraded,
            MayGrow: workers > 0 && !slots.IsFailing);
    }
}
