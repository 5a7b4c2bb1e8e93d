using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Snakepit.Workers.Processes;

/// <summary>Carries a worker's stderr into the host's log: JSON lines of the package keep their level, everything else is information.</summary>
internal sealed class WorkerOutput(ILogger logger, WorkerId worker)
{
    private const int TailLines = 50;

    /// <summary>A longer line is cut in the log; the rest of it is dropped.</summary>
    private const int LongestLine = 16 * 1024;

    private readonly OutputTail _tail = new(TailLines);

    public IReadOnlyList<string> Tail => _tail.Lines;

    /// <summary>Reads until the worker and all who share its stderr have closed it.</summary>
    public async Task PumpAsync(TextReader stderr)
    {
        while (await stderr.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Length > LongestLine)
                line = line[..LongestLine] + " …";
            var (level, text) = Read(line);
            _tail.Add(text);
            WorkerLog.Output(logger, level, worker, text);
        }
    }

    private static (LogLevel Level, string Text) Read(string line)
    {
        if (!line.StartsWith('{'))
            return (LogLevel.Information, line);
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var message = root.GetProperty("message").GetString() ?? line;
            var traceback = root.TryGetProperty("traceback", out var trace) ? trace.GetString() : null;
            return (LevelOf(root.GetProperty("level").GetString()), traceback is null ? message : $"{message}\n{traceback}");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (LogLevel.Information, line); // a user's own JSON
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
