using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Snakepit.Workers.Processes;

/// <summary>What a line of a worker says: JSON lines of the package carry their level, everything else is information.</summary>
internal readonly record struct OutputLine(LogLevel Level, string Text)
{
    public static OutputLine Read(string line)
    {
        if (!line.StartsWith('{'))
            return new OutputLine(LogLevel.Information, line);
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var message = root.GetProperty("message").GetString() ?? line;
            var traceback = root.TryGetProperty("traceback", out var trace) ? trace.GetString() : null;
            return new OutputLine(LevelOf(root.GetProperty("level").GetString()), traceback is null ? message : $"{message}\n{traceback}");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new OutputLine(LogLevel.Information, line); // a user's own JSON
        }
    }

    private static LogLevel LevelOf(string? level) => level switch
    {
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
