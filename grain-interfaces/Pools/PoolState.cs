namespace Snakepit.Pools;

/// <summary>Whether a pool, or its shard on one silo, takes work.</summary>
public enum PoolState
{
    /// <summary>No worker has been ready yet; calls are refused.</summary>
    Starting,

    /// <summary>At least one worker is ready, or the pool has no load and sleeps, and a call wakes it.</summary>
    Ready,

    /// <summary>Workers were ready, or the pool slept, and none is ready now; calls wait in the queue while others start.</summary>
    Degraded,

    /// <summary>Workers cannot start; calls are refused with the reason, one worker at a time is tried again.</summary>
    Failed,

    /// <summary>Workers crashed so often that calls are refused for a while; then one at a time is let through.</summary>
    Tripped,

    /// <summary>Going away; calls are refused.</summary>
    Draining,
}
