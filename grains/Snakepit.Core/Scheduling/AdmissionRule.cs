using Snakepit.Core.Lifecycle;
using Snakepit.Pools;

namespace Snakepit.Core.Scheduling;

/// <summary>What a shard is like when a call comes.</summary>
/// <param name="State">State of the pool.</param>
/// <param name="Breaker">State of its breaker.</param>
/// <param name="Running">Calls on workers.</param>
/// <param name="Queued">Calls waiting.</param>
/// <param name="QueueLimit">Calls that may wait.</param>
/// <param name="HasFreeWorker">A worker would take a call now.</param>
internal readonly record struct AdmissionFacts(
    PoolState State, BreakerState Breaker, int Running, int Queued, int QueueLimit, bool HasFreeWorker);

/// <summary>Whether a shard takes a call, to run or to wait. Pure.</summary>
internal static class AdmissionRule
{
    /// <summary>Why it does not; <see cref="RejectReason.None"/> when it does.</summary>
    public static RejectReason Refusal(AdmissionFacts shard, Ticket ticket, TimeSpan now) => shard.State switch
    {
        PoolState.Draining => RejectReason.PoolDraining,
        PoolState.Failed => RejectReason.PoolFailed,
        PoolState.Starting => RejectReason.PoolNotReady,
        // Half open lets one call through at a time: if its worker survives, the storm is over.
        PoolState.Tripped when shard.Breaker == BreakerState.Open || shard.Running + shard.Queued > 0 || !shard.HasFreeWorker =>
            RejectReason.PoolTripped,
        PoolState.Tripped or PoolState.Ready or PoolState.Degraded =>
            ticket.Deadline <= now ? RejectReason.DeadlinePassed
            : shard is { Queued: 0, HasFreeWorker: true } ? RejectReason.None
            : !ticket.MayWait ? RejectReason.NoRoom
            : shard.Queued >= shard.QueueLimit ? RejectReason.QueueFull
            : RejectReason.None,
        _ => throw new InvalidOperationException($"Pool in unknown state {shard.State}."),
    };
}
