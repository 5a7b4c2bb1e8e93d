using System.Text.Json;
using Snakepit.Execution;

namespace Snakepit.Testing;

/// <summary>Writes what a tool returns as a worker does: JSON, and bytes beside it.</summary>
internal static class ResultWriter
{
    private const string BytesName = "0";
    private const string NotAwaited = "The tool of the test returned a task instead of its result; await it in the tool.";

    /// <summary>Names stay as they are written, so a tool spells them as its Python original does.</summary>
    /// <exception cref="ResultRefusedException">It is a task.</exception>
    public static (byte[] Json, Attachment[]? Attachments) Write(object? value) => value switch
    {
        byte[] bytes => Place(bytes),
        ReadOnlyMemory<byte> bytes => Place(bytes.ToArray()),
        Task or ValueTask => throw new ResultRefusedException(NotAwaited),
        _ when value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ValueTask<>) =>
            throw new ResultRefusedException(NotAwaited),
        _ => (JsonSerializer.SerializeToUtf8Bytes(value), null),
    };

    private static (byte[] Json, Attachment[]? Attachments) Place(byte[] bytes) => (
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["$attachment"] = BytesName }),
        [new Attachment(BytesName, bytes)]);
}

/// <summary>What a tool has returned is no result.</summary>
internal sealed class ResultRefusedException(string message) : Exception(message);
