using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Sessions;
using Snakepit.Telemetry;

namespace Snakepit.Client;

/// <summary>What a tool returned, which worker ran it and where the time went. Immutable and thread-safe.</summary>
public sealed class ToolResult
{
    private const string Placeholder = "$attachment";

    /// <summary>Levels that a result with bytes may have. It is also what writers of JSON allow by default.</summary>
    private const int MostLevels = 1000;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = MostLevels };

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> None = [];

    private readonly ToolReply _reply;
    private readonly JsonSerializerOptions _json;

    internal ToolResult(ToolReply reply, string tool, string pool, string silo, StageTimes times, JsonSerializerOptions json)
    {
        _reply = reply;
        _json = json;
        Tool = tool;
        Times = times;
        Silo = silo;
        Worker = $"{pool}@{silo}#{reply.Slot}.{reply.Generation}";
        Attachments = reply.Attachments is { Length: > 0 } attachments
            ? attachments.ToDictionary(item => item.Name, item => (ReadOnlyMemory<byte>)item.Content)
            : None;
    }

    /// <summary>Name of the tool.</summary>
    public string Tool { get; }

    /// <summary>UTF-8 JSON as the tool's result was encoded; <c>{"$attachment": "name"}</c> stands where it had bytes.</summary>
    public ReadOnlyMemory<byte> Json => _reply.Value;

    /// <summary>The bytes of the result, by the name that stands in the JSON; empty when it has none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Attachments { get; }

    /// <summary>Name of the silo that ran it.</summary>
    public string Silo { get; }

    /// <summary>The worker that ran it, <c>pool@silo#slot.generation</c>.</summary>
    public string Worker { get; }

    /// <summary>Its process id on its host.</summary>
    public int WorkerPid => _reply.Pid;

    /// <summary>
    /// Why the call did not run in the process that had its session's latest successful call, so that the tool found nothing
    /// of the session there; <see cref="SessionMove.None"/> when it did, or belongs to no session.
    /// </summary>
    public SessionMove SessionMoved => _reply.SessionMoved;

    /// <summary>How long each stage of the call took; all zero for an item of a stream.</summary>
    public StageTimes Times { get; }

    /// <summary>The bytes, when the tool returned nothing but bytes; else null. Reads the JSON each time.</summary>
    /// <exception cref="SnakepitException">
    /// The JSON has bytes in it and more than 1,000 levels (<see cref="SnakepitErrorCode.ResultNotReadable"/>).
    /// </exception>
    public ReadOnlyMemory<byte>? Bytes
    {
        get
        {
            // Not a conditional expression: its null would become empty bytes by way of the conversion from arrays.
            if (Attachments.Count == 1 && Placed(Parse()) is { } name && Attachments.TryGetValue(name, out var content))
                return content;
            return null;
        }
    }

    /// <summary>Reads the result. Bytes in it become <c>byte[]</c> or base64 text, whichever the type asks for.</summary>
    /// <typeparam name="T">The type to read; null results need one that can be null.</typeparam>
    /// <exception cref="SnakepitException">
    /// The JSON does not fit the type, or has more levels than <see cref="SnakepitClientOptions.Json"/> allows (MaxDepth, by default 64;
    /// with bytes in it never more than 1,000): <see cref="SnakepitErrorCode.ResultNotReadable"/>.
    /// </exception>
    public T As<T>()
    {
        try
        {
            if (Attachments.Count == 0)
                return JsonSerializer.Deserialize<T>(Json.Span, _json)!;
            if (typeof(T) == typeof(byte[]) && Bytes is { } bytes)
                return (T)(object)bytes.ToArray();
            return JsonSerializer.Deserialize<T>(Written(WithBytesInline()), _json)!;
        }
        catch (Exception error) when (error is not SnakepitException) // a constructor or converter of the type may throw anything
        {
            throw NotReadable($"The result of tool '{Tool}' cannot be read as {typeof(T).Name}: {error.Message}", error);
        }
    }

    /// <summary>The JSON with every attachment in its place as base64 text; null for the JSON null. A new tree each time.</summary>
    /// <exception cref="SnakepitException">
    /// The JSON has more than 1,000 levels (<see cref="SnakepitErrorCode.ResultNotReadable"/>).
    /// </exception>
    public JsonNode? WithBytesInline() => Inline(Parse());

    private JsonNode? Parse()
    {
        try
        {
            return JsonNode.Parse(Json.Span, documentOptions: Deep);
        }
        catch (JsonException error)
        {
            throw NotReadable(
                $"The result of tool '{Tool}' has bytes in it and cannot be read with {MostLevels} levels at most: {error.Message}",
                error);
        }
    }

    /// <summary>
    /// By a writer of its own. The writer that deserializing a node makes has the options' limit, and throws what callers do not expect.
    /// </summary>
    private static ReadOnlySpan<byte> Written(JsonNode? node)
    {
        if (node is null)
            return "null"u8;
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { MaxDepth = MostLevels }))
            node.WriteTo(writer);
        return text.WrittenSpan;
    }

    private SnakepitException NotReadable(string message, Exception error) => new(
        new Failure
        {
            Code = SnakepitErrorCode.ResultNotReadable,
            Message = message,
            Outcome = Outcome.Ran,
            Stage = CallStage.Client,
            Elapsed = Times,
        },
        error);

    private JsonNode? Inline(JsonNode? node)
    {
        if (Placed(node) is { } name && Attachments.TryGetValue(name, out var content))
            return JsonValue.Create(Convert.ToBase64String(content.Span));
        switch (node)
        {
            case JsonObject section:
                foreach (var (key, child) in section.ToList())
                {
                    if (child is JsonObject or JsonArray && Inline(child) is var inlined && !ReferenceEquals(inlined, child))
                        section[key] = inlined;
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonObject or JsonArray && Inline(list[i]) is var inlined && !ReferenceEquals(inlined, list[i]))
                        list[i] = inlined;
                }

                break;
            default:
                break; // values have no room for bytes
        }

        return node;
    }

    private static string? Placed(JsonNode? node) =>
        node is JsonObject { Count: 1 } section
        && section.TryGetPropertyValue(Placeholder, out var name)
        && name is JsonValue value
        && value.TryGetValue<string>(out var text)
            ? text
            : null;
}
