namespace Snakepit.Core.Lifecycle;

/// <summary>When the workers of a pool are to be replaced by fresh ones.</summary>
public sealed record RecycleSpec
{
    /// <summary>Longest age; <see cref="TimeSpan.MaxValue"/> for no limit.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.MaxValue;

    /// <summary>Most calls; <see cref="long.MaxValue"/> for no limit.</summary>
    public long Requests { get; init; } = long.MaxValue;

    /// <summary>Most resident memory, children included; <see cref="long.MaxValue"/> for no limit.</summary>
    public long MemoryBytes { get; init; } = long.MaxValue;

    /// <summary>Most resident memory as a multiple of what the worker had when it was fresh; infinite for no limit.</summary>
    public double MemoryGrowth { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Share of age and calls by which each worker's own limits may be lower, so that a fleet is not replaced together; 0 to 1.
    /// </summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>
    /// Share of the host's processors that replacing workers may take over time, so that callers hardly notice; above 0, at most 1.
    /// </summary>
    public double CpuShare { get; init; } = 0.125;
}

/// <summary>One worker's own limits.</summary>
public readonly record struct RecycleLimits(TimeSpan Ttl, long Requests, long MemoryBytes, double MemoryGrowth)
{
    public static RecycleLimits None { get; } = new(TimeSpan.MaxValue, long.MaxValue, long.MaxValue, double.PositiveInfinity);
}

/// <summary>Whether a worker has to be replaced.</summary>
public static class RecycleRule
{
    /// <summary>Limits of a new worker: never above the pool's, each worker's a little different.</summary>
    /// <param name="spec">The pool's.</param>
    /// <param name="jitter">Evenly distributed in [0, 1).</param>
    public static RecycleLimits Draw(RecycleSpec spec, double jitter)
    {
        var share = 1 - (spec.Jitter * jitter);
        return new RecycleLimits(
            spec.Ttl == TimeSpan.MaxValue ? spec.Ttl : spec.Ttl * share,
            spec.Requests == long.MaxValue ? spec.Requests : Math.Max(1, (long)(spec.Requests * share)),
            spec.MemoryBytes,
            spec.MemoryGrowth);
    }

    /// <summary>Pause between two replacements, as a multiple of what a start takes; a start keeps about one processor busy.</summary>
    public static double Pause(double cpuShare, int processors) => Math.Max(0, (1 / (cpuShare * processors)) - 1);

    /// <summary>After a call.</summary>
    public static bool ServedEnough(RecycleLimits limits, long served) => served >= limits.Requests;

    /// <summary>After a look at its memory.</summary>
    public static bool TooBig(RecycleLimits limits, long memoryBytes, long baselineBytes) =>
        memoryBytes >= limits.MemoryBytes
        || (baselineBytes > 0 && memoryBytes >= baselineBytes * limits.MemoryGrowth);

    /// <summary>
    /// Why a fresh worker of this size must not serve, or null when it may. Without this a limit below what the adapter
    /// needs anyway would replace workers for ever.
    /// </summary>
    public static string? Refusal(RecycleSpec spec, long baselineBytes) => baselineBytes < spec.MemoryBytes
        ? null
        : $"uses {Megabytes(baselineBytes)} MB right after its start, MemoryThresholdMb is {Megabytes(spec.MemoryBytes)}. Raise it, or "
            + "load less";

    private static long Megabytes(long bytes) => bytes >> 20;
}
