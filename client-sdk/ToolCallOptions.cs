using Snakepit.Execution;

namespace Snakepit.Client;

/// <summary>What one call wants different from the client's defaults. Immutable, so one instance may serve many calls.</summary>
public sealed record ToolCallOptions
{
    /// <summary>Pool to call. Default: null, for <see cref="SnakepitClientOptions.DefaultPool"/>.</summary>
    public string? Pool { get; init; }

    /// <summary>
    /// Budget of the whole call or stream, waiting and further tries included: more than zero, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. Default: null, for
    /// <see cref="SnakepitClientOptions.DefaultTimeout"/>, then the pool's own. Zero or less fails the call with
    /// <see cref="Errors.SnakepitErrorCode.InvalidRequest"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Running the tool twice does no harm, so a call whose worker or silo died may be tried again. Default: false.</summary>
    public bool Idempotent { get; init; }

    /// <summary>
    /// Session the call belongs to, 1 to 256 characters. Its calls go to the worker that had the latest one, as long as that takes calls;
    /// see <see cref="ToolResult.SessionMoved"/>. The tool sees it in its context. Default: null, for no session.
    /// </summary>
    public string? SessionId { get; init; }

    /// <summary>Shows up in the tool's context and in logs. Default: null, for the id of the current trace.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// Bytes beside the JSON; the tool gets each as a keyword argument of type <c>bytes</c>. They are copied before the call first waits
    /// (of a stream: when its first item is asked for), so they may change afterwards. Together with the arguments they may have as many
    /// bytes as the silo's MaxRequestBytes. Default: null, for none.
    /// </summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Attachments { get; init; }

    /// <summary>
    /// Texts beside the arguments, which the tool reads as <c>context.metadata</c>: tenant, locale, feature flags and the like. At most 32
    /// entries; a name has 1 to 64 ASCII letters, digits, '-', '_' and '.', and its case counts; a value has up to 1,024 characters and no
    /// control characters. Anything else fails the call with <see cref="Errors.SnakepitErrorCode.InvalidRequest"/>. It is copied
    /// when the attachments are. It counts as part of the silo's MaxRequestBytes. Default: null, for none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// Gets what the tool says by <c>context.progress(...)</c> while the call or stream runs: the latest report, up to about ten times a
    /// second, one at a time and on any thread. Best effort: reports may be missing, the one just before the end above all; one that is
    /// under way when the call ends may come shortly after. It can neither delay nor fail the call; what it throws is dropped, and while it
    /// runs, no other report comes. A call that is tried again reports from its beginning. Default: null; then nothing is asked, and the
    /// call costs nothing more.
    /// </summary>
    public IProgress<ToolProgress>? Progress { get; init; }

    /// <summary>The same options with one attachment more, or another content for it.</summary>
    /// <param name="name">Name of the keyword argument.</param>
    /// <param name="content">The bytes; not copied here.</param>
    /// <returns>New options; these stay as they are.</returns>
    public ToolCallOptions Attach(string name, ReadOnlyMemory<byte> content) =>
        this with
        {
            Attachments = new Dictionary<string, ReadOnlyMemory<byte>>(Attachments ?? new Dictionary<string, ReadOnlyMemory<byte>>())
            {
                [name] = content,
            },
        };
}
