using System.Text.Json;
using System.Text.Json.Serialization;

namespace Snakepit.Workers.Processes;

/// <summary>The one line a worker writes on stdout: that it serves, or why it cannot.</summary>
internal sealed record ReadyLine
{
    [JsonPropertyName("ready")]
    public bool Ready { get; init; }

    [JsonPropertyName("endpoint")]
    public string? Endpoint { get; init; }

    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("traceback")]
    public string? Traceback { get; init; }

    /// <summary>Null when the line is not one of ours.</summary>
    public static ReadyLine? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ReadyLine>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
