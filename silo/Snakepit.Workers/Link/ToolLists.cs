using System.Collections.Concurrent;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Snakepit.Protos.V1;
using Snakepit.Tools;

namespace Snakepit.Workers.Link;

/// <summary>
/// Reads what workers say about their tools. Workers of one adapter say the same, so they share one list: it may be half a megabyte, and
/// a host may have hundreds of workers. Thread-safe.
/// </summary>
internal sealed class ToolLists
{
    private readonly ConcurrentDictionary<string, ToolDescription[]> _latest = new(StringComparer.Ordinal);

    /// <summary>The tools of a worker.</summary>
    /// <param name="adapter">Its adapter.</param>
    /// <param name="tools">As it has described them.</param>
    public ToolDescription[] Take(string adapter, RepeatedField<ToolInfo> tools)
    {
        ToolDescription[] fresh = [.. tools.Select(Read)];
        if (_latest.TryGetValue(adapter, out var known) && known.Length == fresh.Length
            && known.Zip(fresh).All(pair => pair.First.SaysTheSameAs(pair.Second)))
            return known;
        return _latest[adapter] = fresh;
    }

    private static ToolDescription Read(ToolInfo tool) => new()
    {
        Name = tool.Name,
        Summary = tool.Description,
        Documentation = tool.Documentation,
        Signature = tool.Signature,
        ArgumentsSchema = Schema(tool.ArgumentsSchema),
        ResultSchema = Schema(tool.ResultSchema),
        SupportsStreaming = tool.SupportsStreaming,
        StreamOnly = tool.StreamOnly,
        IsAsync = tool.IsAsync,
        Idempotent = tool.Idempotent,
        ThreadSensitive = tool.ThreadSensitive,
        Notes = [.. tool.Notes],
    };

    /// <summary>A worker of an earlier version sends none. Documents are made of it, so what is no JSON object stays outside.</summary>
    private static string Schema(ByteString schema)
    {
        if (schema.IsEmpty)
            return "{}";
        try
        {
            using var parsed = JsonDocument.Parse(schema.Memory);
            return parsed.RootElement.ValueKind == JsonValueKind.Object ? schema.ToStringUtf8() : "{}";
        }
        catch (JsonException)
        {
            return "{}";
        }
    }
}
