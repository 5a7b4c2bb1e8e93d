using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Snakepit.Workers.Processes;

/// <summary>The one line a worker writes on stdout: that it serves, or why it cannot.</summary>
internal sealed record ReadyLine
{
    /// <summary>Room for a traceback. A longer line comes from a program that is not a worker, and it may never end.</summary>
    private const int LongestBytes = 1024 * 1024;

    /// <summary>How much of such a thing is shown.</summary>
    private const int ShownBytes = 200;

    [JsonPropertyName("ready")]
    public bool Ready { get; init; }

    [JsonPropertyName("endpoint")]
    public string? Endpoint { get; init; }

    /// <summary>Where the work stream is framed; null when it travels by gRPC.</summary>
    [JsonPropertyName("work_endpoint")]
    public string? WorkEndpoint { get; init; }

    /// <summary>Descriptor of the file that gets the stacks of its threads; null when it offers none.</summary>
    [JsonPropertyName("stacks")]
    public int? Stacks { get; init; }

    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("traceback")]
    public string? Traceback { get; init; }

    /// <summary>The first line, or its beginning when it is too long; null when the stream ends before there is any.</summary>
    public static async Task<string?> ReadAsync(Stream stdout, CancellationToken cancellationToken)
    {
        var chunk = new byte[4096];
        using var line = new MemoryStream();
        while (line.Length < LongestBytes && await stdout.ReadAsync(chunk, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            var end = chunk.AsSpan(0, count).IndexOf((byte)'\n');
            line.Write(chunk, 0, end < 0 ? count : end);
            if (end >= 0)
                return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
        }

        return line.Length switch
        {
            0 => null,
            < LongestBytes => Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length),
            _ => $"{Encoding.UTF8.GetString(line.GetBuffer(), 0, ShownBytes)} …",
        };
    }

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
