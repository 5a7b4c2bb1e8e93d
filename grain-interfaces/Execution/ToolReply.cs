using Snakepit.Errors;
using Snakepit.Sessions;

namespace Snakepit.Execution;

/// <summary>The end of one call: <see cref="Value"/> when the tool returned, <see cref="Failure"/> when anything else happened.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ToolReply")]
public sealed record ToolReply
{
    /// <summary>UTF-8 JSON of the result; null on failure.</summary>
    [Id(0)] public byte[]? Value { get; init; }

    /// <summary>Bytes in the result; the JSON has <c>{"$attachment": "name"}</c> in their places.</summary>
    [Id(1)] public Attachment[]? Attachments { get; init; }

    [Id(2)] public Failure? Failure { get; init; }

    /// <summary>Slot of the worker that had the call, -1 when none did.</summary>
    [Id(3)] public int Slot { get; init; } = -1;

    [Id(4)] public int Generation { get; init; }

    [Id(5)] public int Pid { get; init; }

    [Id(6)] public StageTimes Times { get; init; }

    /// <summary>Why the call's session is on another worker than before.</summary>
    [Id(7)] public SessionMove SessionMoved { get; init; }

    /// <summary>When the silo's link read the answer, as a timestamp of this process; 0 when no worker answered. Does not travel.</summary>
    [field: NonSerialized] public long ReceivedAt { get; init; }

    public static ToolReply Failed(Failure failure) => new() { Failure = failure, Times = failure.Elapsed };
}

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

    public TimeSpan Total => Client + Queue + Dispatch + Python + Return;

    /// <summary>The same with what is left of the caller's own total as <see cref="Client"/>.</summary>
    public StageTimes WithClient(TimeSpan total)
    {
        var inside = Queue + Dispatch + Python + Return;
        return this with { Client = total > inside ? total - inside : TimeSpan.Zero };
    }
}
