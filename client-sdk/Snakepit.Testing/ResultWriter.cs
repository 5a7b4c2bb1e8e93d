using System.Text.Json;
using Snakepit.Execution;

namespace Snakepit.Testing;

/// <summary>Writes what a tool returns as a worker does: JSON, and bytes beside it.</summary>
internal static class ResultWriter
{
    private const string BytesName = "0";

    /// <summary>Names stay as they are written, so a tool spells them as its Python original does.</summary>
    public static (byte[] Json, Attachment[]? Attachments) Write(object? value) => value switch
    {
        byte[] bytes => Place(bytes),
        ReadOnlyMemory<byte> bytes => Place(bytes.ToArray()),
        _ => (JsonSerializer.SerializeToUtf8Bytes(value), null),
    };

    private static (byte[] Json, Attachment[]? Attachments) Place(byte[] bytes) => (
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["$attachment"] = BytesName }),
        [new Attachment(BytesName, bytes)]);
}
