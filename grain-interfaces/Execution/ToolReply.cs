using Snakepit.Errors;
using Snakepit.Sessions;
using Snakepit.Telemetry;

namespace Snakepit.Execution;

/// <summary>The end of one call: <see cref="Value"/> when the tool returned, <see cref="Failure"/> when anything else happened.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ToolReply")]
public sealed record ToolReply
{
    /// <summary>UTF-8 JSON of the result; null on failure.</summary>
    [Id(0)] public byte[]? Value { get; init; }

    /// <summary>Bytes in the result; the JSON has <c>{"$attachment": "name"}</c> in their places.</summary>
    [Id(1)] public Attachment[]? Attachments { get; init; }

    /// <summary>Why there is no result; null when there is one.</summary>
    [Id(2)] public Failure? Failure { get; init; }

    /// <summary>Slot of the worker that had the call, -1 when none did.</summary>
    [Id(3)] public int Slot { get; init; } = -1;

    /// <summary>Generation of that worker.</summary>
    [Id(4)] public int Generation { get; init; }

    /// <summary>Process id of that worker; 0 when none had the call.</summary>
    [Id(5)] public int Pid { get; init; }

    /// <summary>Where the time of the call went.</summary>
    [Id(6)] public StageTimes Times { get; init; }

    /// <summary>Why the call's session is on another worker than before.</summary>
    [Id(7)] public SessionMove SessionMoved { get; init; }

    /// <summary>
    /// No end: the call waits, has not begun, and begins only when its caller says so (<see cref="Pools.IPoolShardGrain.BeginAsync"/>).
    /// </summary>
    [Id(8)] public bool IsHeld { get; init; }

    /// <summary>When the silo's link read the answer, as a timestamp of this process; 0 when no worker answered. Does not travel.</summary>
    [field: NonSerialized] public long ReceivedAt { get; init; }

    /// <summary>What a caller gets whose call is held.</summary>
    public static ToolReply Held { get; } = new() { IsHeld = true };

    /// <summary>The end of a call that has no result.</summary>
    public static ToolReply Failed(Failure failure) => new() { Failure = failure, Times = failure.Elapsed };
}
