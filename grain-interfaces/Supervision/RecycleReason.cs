namespace Snakepit.Supervision;

/// <summary>Why a worker is replaced by a fresh one although nothing is wrong with it.</summary>
public enum RecycleReason
{
    /// <summary>It has reached its age (WorkerTtl).</summary>
    Ttl,

    /// <summary>It has served its number of calls (WorkerMaxRequests).</summary>
    Requests,

    /// <summary>It or its children have grown too big (MemoryThresholdMb, MemoryGrowthFactor).</summary>
    Memory,

    /// <summary>A person or a program asked for it.</summary>
    Manual,

    /// <summary>Its adapter asked for it.</summary>
    Adapter,

    /// <summary>It has stopped serving, as a worker does that another program has told to leave.</summary>
    Refusal,

    /// <summary>The pool was scaled down; it has no successor.</summary>
    Scaled,
}
