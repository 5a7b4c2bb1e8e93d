using System.Collections;
using System.Globalization;
using Snakepit.Core.Processes;

namespace Snakepit.Workers.Output;

/// <summary>
/// The request that a line of a worker's log was written for. As a scope of the silo's log it is a list of names and values.
/// </summary>
/// <param name="RequestId">Number of the request in its worker.</param>
/// <param name="TraceId">Its trace; null when it is not traced.</param>
/// <param name="SpanId">Its span in that trace.</param>
/// <param name="CorrelationId">The caller's own name for the call.</param>
internal sealed record LineScope(long RequestId, string? TraceId, string? SpanId, string? CorrelationId)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _pairs =
    [
        .. new (string Name, object? Value)[]
        {
            ("RequestId", RequestId), ("TraceId", Shown(TraceId)), ("SpanId", Shown(SpanId)), ("CorrelationId", Shown(CorrelationId)),
        }.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)),
    ];

    public int Count => _pairs.Length;

    public KeyValuePair<string, object?> this[int index] => _pairs[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    /// <summary>For loggers that write scopes as text.</summary>
    public override string ToString() => string.Join(
        ' ', _pairs.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}")));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>It may reach a terminal, so nothing in it can command one.</summary>
    private static string? Shown(string? text) => text is null ? null : TerminalText.Escape(text);
}
