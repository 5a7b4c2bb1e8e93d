namespace Snakepit.Telemetry;

/// <summary>Where the time of a call went. A stage that was not reached is zero.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.StageTimes")]
public readonly record struct StageTimes
{
    /// <summary>Between the caller and the shard, both ways: the caller's total less the shard's.</summary>
    [Id(0)] public TimeSpan Client { get; init; }

    /// <summary>Waiting for a worker.</summary>
    [Id(1)] public TimeSpan Queue { get; init; }

    /// <summary>From the shard to the worker, waiting inside it, and the way back to the silo's link.</summary>
    [Id(2)] public TimeSpan Dispatch { get; init; }

    /// <summary>In Python: decode, run, encode.</summary>
    [Id(3)] public TimeSpan Python { get; init; }

    /// <summary>From the answer's arrival at the silo's link until the shard hands it over.</summary>
    [Id(4)] public TimeSpan Return { get; init; }

    /// <summary>All stages together.</summary>
    public TimeSpan Total => Client + Queue + Dispatch + Python + Return;

    /// <summary>The same with what is left of the caller's own total as <see cref="Client"/>.</summary>
    public StageTimes WithClient(TimeSpan total)
    {
        var inside = Queue + Dispatch + Python + Return;
        return this with { Client = total > inside ? total - inside : TimeSpan.Zero };
    }
}
