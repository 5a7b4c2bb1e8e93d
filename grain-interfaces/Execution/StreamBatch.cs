using Snakepit.Errors;
using Snakepit.Sessions;

namespace Snakepit.Execution;

/// <summary>One item of a stream.</summary>
/// <param name="Value">UTF-8 JSON.</param>
/// <param name="Attachments">Bytes in it; the JSON has <c>{"$attachment": "name"}</c> in their places. Null when there are none.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.StreamItem")]
public readonly record struct StreamItem([property: Id(0)] byte[] Value, [property: Id(1)] Attachment[]? Attachments)
{
    /// <summary>Bytes of the value and the attachments together.</summary>
    public long Bytes => Value.LongLength + (Attachments?.Sum(attachment => attachment.Content.LongLength) ?? 0);
}

/// <summary>Items of a stream on their way to its reader. Without items and end it says only that the stream goes on.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.StreamBatch")]
public sealed record StreamBatch
{
    /// <summary>Number of the first item, counted from 0 over the whole stream.</summary>
    [Id(0)] public required long First { get; init; }

    /// <summary>The items, in order; empty when there is none.</summary>
    [Id(1)] public StreamItem[] Items { get; init; } = [];

    /// <summary>How the stream ended, after these items; null while it goes on.</summary>
    [Id(2)] public ToolReply? End { get; init; }

    /// <summary>The worker that sends them; -1 before there is one.</summary>
    [Id(3)] public int Slot { get; init; } = -1;

    /// <summary>Generation of that worker.</summary>
    [Id(4)] public int Generation { get; init; }

    /// <summary>Process id of that worker; 0 before there is one.</summary>
    [Id(5)] public int Pid { get; init; }

    /// <summary>Why the stream's session is on another worker than before.</summary>
    [Id(6)] public SessionMove SessionMoved { get; init; }

    /// <summary>How long the reader may stay away before it is taken for gone; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    [Id(7)] public TimeSpan Patience { get; init; } = TimeSpan.MaxValue;

    /// <summary>How many items the reader has with this batch.</summary>
    public long Next => First + Items.Length;

    /// <summary>The end of a stream that failed after <paramref name="first"/> items.</summary>
    public static StreamBatch Failed(long first, Failure failure) => new() { First = first, End = ToolReply.Failed(failure) };
}
