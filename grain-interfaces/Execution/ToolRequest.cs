using System.Text;
using Snakepit.Identity;
using Snakepit.Sessions;

namespace Snakepit.Execution;

/// <summary>One call of a Python tool, as it travels from the client to a shard.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ToolRequest")]
public sealed record ToolRequest : IBudgeted
{
    /// <summary>Bytes of the arguments, the attachments and the metadata together.</summary>
    public long PayloadBytes => Arguments.LongLength
        + (Attachments?.Sum(attachment => attachment.Content.LongLength) ?? 0)
        + (Metadata?.Sum(entry => (long)entry.Key.Length + Encoding.UTF8.GetByteCount(entry.Value)) ?? 0);

    /// <summary>Name of the tool.</summary>
    [Id(0)] public required string Tool { get; init; }

    /// <summary>UTF-8 JSON object: the tool's keyword arguments.</summary>
    [Id(1)] public required byte[] Arguments { get; init; }

    /// <summary>Binary arguments beside the JSON; null when there are none.</summary>
    [Id(2)] public Attachment[]? Attachments { get; init; }

    /// <inheritdoc/>
    [Id(3)] public required TimeSpan Budget { get; init; }

    /// <summary>Session it belongs to; null for none.</summary>
    [Id(4)] public string? SessionId { get; init; }

    /// <summary>The caller says that running the tool twice does no harm.</summary>
    [Id(5)] public bool Idempotent { get; init; }

    /// <summary>1 for the first try.</summary>
    [Id(6)] public int Attempt { get; init; } = 1;

    /// <summary>The caller's own name for what the call belongs to; goes into logs and to the tool.</summary>
    [Id(7)] public string? CorrelationId { get; init; }

    /// <summary>W3C trace context of the caller.</summary>
    [Id(8)] public string? TraceParent { get; init; }

    /// <summary>W3C trace state of the caller.</summary>
    [Id(9)] public string? TraceState { get; init; }

    /// <summary>The budget is the caller's own and not the pool's default; it goes before the options of inner layers.</summary>
    [Id(10)] public bool OwnBudget { get; init; }

    /// <summary>
    /// The run of the silo that the caller means; null for whichever answers. Another run of that silo refuses the call, since its
    /// caller would take it for lost as soon as it learns of the restart.
    /// </summary>
    [Id(11)] public Incarnation? Incarnation { get; init; }

    /// <summary>
    /// What the shard does when no worker is free: true, the call waits in its queue; false, the shard refuses it at once
    /// (<c>shard_busy</c>), because its caller knows of another shard that has room.
    /// </summary>
    [Id(12)] public bool MayWait { get; init; } = true;

    /// <summary>While it waits, the shard may send it back to its caller (<c>call_moved</c>) when another shard has room.</summary>
    [Id(13)] public bool MayMove { get; init; }

    /// <summary>
    /// While it waits, the shard may answer that it is held (<see cref="ToolReply.IsHeld"/>): then it begins only on its caller's word.
    /// </summary>
    [Id(16)] public bool MayHold { get; init; }

    /// <summary>
    /// Name of this try, by which its caller can ask for the answer again; empty for none. A second request of the same name begins
    /// nothing.
    /// </summary>
    [Id(14)] public Guid CallId { get; init; }

    /// <summary>The caller's texts beside the arguments, for the tool's context; null for none.</summary>
    [Id(15)] public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>What the shard tells the worker about the session. Does not travel.</summary>
    [field: NonSerialized] public SessionMove SessionMoved { get; init; }
}

/// <summary>Named bytes beside the JSON of a request or a result.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.Attachment")]
public sealed record Attachment([property: Id(0)] string Name, [property: Id(1)] byte[] Content);
