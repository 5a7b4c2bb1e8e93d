using System.Text.Json;
using Snakepit.Execution;
using Snakepit.Sessions;

namespace Snakepit.Testing;

/// <summary>One call of a tool of a test, as the tool sees it. Thread-safe, but for <see cref="Report"/>.</summary>
public sealed class TestCall
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ToolRequest _request;
    private readonly IProgress<ToolProgress>? _progress;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Dictionary<string, JsonElement> _arguments;

    internal TestCall(ToolRequest request, string worker, IProgress<ToolProgress>? progress, TimeProvider time, CancellationToken stopped)
    {
        _request = request;
        _progress = progress;
        _time = time;
        _began = time.GetTimestamp();
        _arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(request.Arguments, Json) ?? [];
        Worker = worker;
        Stopped = stopped;
    }

    /// <summary>The worker that has it, <c>pool@silo#slot.generation</c>.</summary>
    public string Worker { get; }

    /// <summary>Cancelled when the caller gives up or the deadline has come.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Session of the call; null for none.</summary>
    public string? SessionId => _request.SessionId;

    /// <summary>Why the session is on another worker than before.</summary>
    public SessionMove SessionMoved => _request.SessionMoved;

    /// <summary>1 for the first try.</summary>
    public int Attempt => _request.Attempt;

    /// <summary>The caller's own name for what the call belongs to; null for none.</summary>
    public string? CorrelationId => _request.CorrelationId;

    /// <summary>The caller's texts beside the arguments.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _request.Metadata ?? new Dictionary<string, string>();

    /// <summary>Names of the arguments, as Python spells them.</summary>
    public IEnumerable<string> Names => _arguments.Keys;

    /// <summary>Reads an argument. A call without it fails with <c>invalid_arguments</c>, as a Python tool's does.</summary>
    /// <typeparam name="T">What the JSON is read as.</typeparam>
    /// <param name="name">Name of the argument, as Python spells it: <c>max_tokens</c>.</param>
    public T Get<T>(string name) => _arguments.TryGetValue(name, out var value)
        ? Read<T>(name, value)
        : throw new ArgumentRefusedException($"missing a required argument: '{name}'");

    /// <summary>Reads an argument, or gives the default when the caller has left it out.</summary>
    /// <inheritdoc cref="Get{T}(string)"/>
    public T Get<T>(string name, T fallback) => _arguments.TryGetValue(name, out var value) ? Read<T>(name, value) : fallback;

    /// <summary>Bytes that the caller has attached; null when there are none of that name.</summary>
    public ReadOnlyMemory<byte>? Attachment(string name)
    {
        foreach (var attachment in _request.Attachments ?? [])
        {
            if (attachment.Name == name)
                return attachment.Content;
        }

        return null;
    }

    /// <summary>Says how far the tool is, as <c>context.progress</c> does.</summary>
    /// <param name="fraction">The part that is done, 0 to 1; null when the tool does not know.</param>
    /// <param name="message">Text for people; null for none.</param>
    public void Report(double? fraction, string? message = null) =>
        _progress?.Report(new ToolProgress(fraction, message, _time.GetElapsedTime(_began)));

    /// <summary>Waits by the clock of the test, until the call is stopped.</summary>
    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _time, Stopped);

    private static T Read<T>(string name, JsonElement value)
    {
        try
        {
            return value.Deserialize<T>(Json)!;
        }
        catch (JsonException error)
        {
            throw new ArgumentRefusedException($"argument '{name}' is {value.GetRawText()}, which is no {typeof(T).Name}", error);
        }
    }
}

/// <summary>The arguments of a call do not fit its tool.</summary>
internal sealed class ArgumentRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
