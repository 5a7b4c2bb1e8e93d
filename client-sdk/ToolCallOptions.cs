namespace Snakepit.Client;

/// <summary>What one call wants different from the client's defaults.</summary>
public sealed record ToolCallOptions
{
    /// <summary>Pool to call; null for <see cref="SnakepitClientOptions.DefaultPool"/>.</summary>
    public string? Pool { get; init; }

    /// <summary>Budget of the whole call, waiting included; null for <see cref="SnakepitClientOptions.DefaultTimeout"/>, then the pool's own, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Running the tool twice does no harm, so a call whose worker died may be tried again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>
    /// Session the call belongs to, 1 to 256 characters; null for none. Its calls go to the worker that had the latest one,
    /// as long as that takes calls; see <see cref="ToolResult.SessionMoved"/>. The tool sees it in its context.
    /// </summary>
    public string? SessionId { get; init; }

    /// <summary>Shows up in the tool's context and in logs; null for the current trace's id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Bytes beside the JSON; the tool gets each as a keyword argument of type <c>bytes</c>.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Attachments { get; init; }

    /// <summary>The same with one attachment more.</summary>
    public ToolCallOptions Attach(string name, ReadOnlyMemory<byte> content) =>
        this with { Attachments = new Dictionary<string, ReadOnlyMemory<byte>>(Attachments ?? new Dictionary<string, ReadOnlyMemory<byte>>()) { [name] = content } };
}
