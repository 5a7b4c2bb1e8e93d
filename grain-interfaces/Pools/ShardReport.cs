using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Pools;

/// <summary>Everything about a shard. The shard sends it on request only.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardReport")]
public sealed record ShardReport
{
    /// <summary>Which shard.</summary>
    [Id(0)] public required ShardId Shard { get; init; }

    /// <summary>Whether it takes work.</summary>
    [Id(1)] public required PoolState State { get; init; }

    /// <summary>Why the shard is not ready; null when it is.</summary>
    [Id(2)] public string? Reason { get; init; }

    /// <summary>Calls waiting now.</summary>
    [Id(3)] public int Queued { get; init; }

    /// <summary>Calls that may wait.</summary>
    [Id(4)] public int QueueLimit { get; init; }

    /// <summary>Calls on workers now.</summary>
    [Id(5)] public int Running { get; init; }

    /// <summary>Calls that the ready workers take at once.</summary>
    [Id(6)] public int Capacity { get; init; }

    /// <summary>Lifetime counts.</summary>
    [Id(7)] public required ShardCounters Counters { get; init; }

    /// <summary>Its workers by slot; a slot in replacement has two.</summary>
    [Id(8)] public required WorkerReport[] Workers { get; init; }

    /// <summary>Number of workers that the shard keeps.</summary>
    [Id(9)] public int PoolSize { get; init; }

    /// <summary>The run of the silo that it lives on.</summary>
    [Id(10)] public Incarnation? Incarnation { get; init; }

    /// <summary>Streams with a reader, also those whose tool has ended and whose last items have not been read.</summary>
    [Id(11)] public int Streams { get; init; }

    /// <summary>Sessions of which the shard knows the worker.</summary>
    [Id(12)] public int Sessions { get; init; }

    /// <summary>How long the call that waits longest has waited; zero when none waits.</summary>
    [Id(13)] public TimeSpan OldestWait { get; init; }

    /// <summary>
    /// Number of workers of the configuration, the fewest of a shard that scales itself. <see cref="PoolSize"/> differs from it while the
    /// shard is scaled.
    /// </summary>
    [Id(14)] public int ConfiguredSize { get; init; }

    /// <summary>Where <see cref="PoolSize"/> comes from.</summary>
    [Id(15)] public SizeSource SizeSource { get; init; }

    /// <summary>Fewest workers of a shard that scales itself; null when it does not.</summary>
    [Id(16)] public int? MinSize { get; init; }

    /// <summary>Most workers of a shard that scales itself; null when it does not.</summary>
    [Id(17)] public int? MaxSize { get; init; }

    /// <summary>Calls that it would take at once with as many workers as it may give itself.</summary>
    [Id(18)] public int LargestCapacity { get; init; }

    /// <summary>Of the waiting calls: those that begin only on their callers' word, so that they outlive the silo.</summary>
    [Id(19)] public int Held { get; init; }
}

/// <summary>
/// Lifetime counts of a shard. At every moment
/// <c>Requests = Succeeded + Errors + Cancelled + Moved + queued + running</c>; rejected calls were never accepted and are not requests.
/// </summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardCounters")]
public readonly record struct ShardCounters
{
    /// <summary>Accepted calls.</summary>
    [Id(0)] public long Requests { get; init; }

    /// <summary>Accepted calls whose tool returned.</summary>
    [Id(1)] public long Succeeded { get; init; }

    /// <summary>Accepted calls that ended with an error, timeouts included.</summary>
    [Id(2)] public long Errors { get; init; }

    /// <summary>Accepted calls whose caller gave up.</summary>
    [Id(3)] public long Cancelled { get; init; }

    /// <summary>Of the errors: calls whose time in the queue ran out.</summary>
    [Id(4)] public long QueueTimeouts { get; init; }

    /// <summary>Calls refused because the queue was full.</summary>
    [Id(5)] public long PoolSaturated { get; init; }

    /// <summary>Calls refused because the pool was not ready, failed or draining.</summary>
    [Id(6)] public long Refused { get; init; }

    /// <summary>Answers that came when no caller waited for them any more.</summary>
    [Id(7)] public long LateReplies { get; init; }

    /// <summary>Worker processes that ended without being asked to.</summary>
    [Id(8)] public long WorkerDeaths { get; init; }

    /// <summary>Workers replaced by fresh ones although nothing was wrong with them.</summary>
    [Id(9)] public long Recycled { get; init; }

    /// <summary>Accepted calls that left the queue for a shard that had room.</summary>
    [Id(10)] public long Moved { get; init; }

    /// <summary>The sums, count by count.</summary>
    public static ShardCounters operator +(ShardCounters a, ShardCounters b) => new()
    {
        Requests = a.Requests + b.Requests,
        Succeeded = a.Succeeded + b.Succeeded,
        Errors = a.Errors + b.Errors,
        Cancelled = a.Cancelled + b.Cancelled,
        QueueTimeouts = a.QueueTimeouts + b.QueueTimeouts,
        PoolSaturated = a.PoolSaturated + b.PoolSaturated,
        Refused = a.Refused + b.Refused,
        LateReplies = a.LateReplies + b.LateReplies,
        WorkerDeaths = a.WorkerDeaths + b.WorkerDeaths,
        Recycled = a.Recycled + b.Recycled,
        Moved = a.Moved + b.Moved,
    };
}
