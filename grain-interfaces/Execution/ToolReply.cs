using Snakepit.Errors;

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

    /// <summary>Between the shard and the worker, both ways, and waiting inside the worker.</summary>
    [Id(2)] public TimeSpan Dispatch { get; init; }

    /// <summary>In Python: decode, run, encode.</summary>
    [Id(3)] public TimeSpan Python { get; init; }

    public TimeSpan Total => Client + Queue + Dispatch + Python;

    /// <summary>The same with what is left of the caller's own total as <see cref="Client"/>.</summary>
    public StageTimes WithClient(TimeSpan total)
    {
        var inside = Queue + Dispatch + Python;
        return this with { Client = total > inside ? total - inside : TimeSpan.Zero };
    }
}
