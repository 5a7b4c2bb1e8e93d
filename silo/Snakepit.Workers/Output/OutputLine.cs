using System.Text.Json;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Processes;

namespace Snakepit.Workers.Output;

/// <summary>
/// What a line of a worker says. A JSON line has the level that it carries, also when another library wrote it; any other line is
/// information. Of the worker package's own lines only the text is shown, other lines are shown whole.
/// </summary>
internal readonly record struct OutputLine(LogLevel Level, string Text)
{
    /// <summary>The request that it was written for; null when it was none.</summary>
    public LineScope? Scope { get; init; }

    /// <summary>What the usual libraries call it; the package's own name comes first.</summary>
    private static readonly string[] Levels = ["level", "levelname", "severity", "log_level"];

    /// <summary>What every line of the package has.</summary>
    private static readonly string[] Own = ["ts", "level", "logger", "message"];

    /// <summary>What is shown may reach a terminal, so nothing in it can command one.</summary>
    public static OutputLine Read(string line)
    {
        var read = Parse(line);
        return read with { Text = TerminalText.Escape(read.Text) };
    }

    private static OutputLine Parse(string line)
    {
        if (!line.StartsWith('{'))
            return new OutputLine(LogLevel.Information, line);
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var level = LevelOf(Levels.Select(name => TextOf(root, name)).FirstOrDefault(text => text is not null));
            if (!Own.All(name => root.TryGetProperty(name, out _)) || TextOf(root, "message") is not { } message)
                return new OutputLine(level, line);
            var text = TextOf(root, "traceback") is { } traceback ? $"{message}\n{traceback}" : message;
            return new OutputLine(level, text) { Scope = ScopeOf(root) };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // not JSON, or a string that is not valid text
        {
            return new OutputLine(LogLevel.Information, line);
        }
    }

    private static LineScope? ScopeOf(JsonElement root) =>
        root.TryGetProperty("request_id", out var request) && request.ValueKind == JsonValueKind.Number && request.TryGetInt64(out var id)
            ? new LineScope(id, TextOf(root, "trace_id"), TextOf(root, "span_id"), TextOf(root, "correlation_id"))
            : null;

    private static string? TextOf(JsonElement root, string name) => root.EnumerateObject()
        .Where(
            property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind == JsonValueKind.String)
        .Select(property => property.Value.GetString()).FirstOrDefault();

    private static LogLevel LevelOf(string? level) => level?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" or "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
