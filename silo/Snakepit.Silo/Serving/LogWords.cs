using Snakepit.Errors;

namespace Snakepit.Silo.Serving;

/// <summary>The words of the Elixir system's guide for what a log line is about, and the categories that they are here. Pure.</summary>
internal static class LogWords
{
    /// <summary>Categories of libraries that are near to a word.</summary>
    private static readonly string[] Alike = ["Polly", "OpenTelemetry"];

    private static readonly Dictionary<string, string[]> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pool"] = ["Snakepit.Grains"],
        ["worker"] = ["Snakepit.Workers"],
        ["bridge"] = ["Snakepit.Workers"],
        ["grpc"] = ["Snakepit.Workers"],
        ["lifecycle"] = ["Snakepit.Grains.Shards", "Snakepit.Grains.Workers", "Snakepit.Workers"],
        ["startup"] = ["Snakepit.Hosting", "Snakepit.Silo", "Snakepit.Workers.Orphans", "Snakepit.Workers.Python"],
        ["shutdown"] = ["Snakepit.Hosting", "Snakepit.Silo", "Snakepit.Grains.Silos"],
        ["telemetry"] = ["OpenTelemetry", "Snakepit.Grains.Telemetry"],
        ["general"] = ["Default"],
    };

    /// <summary>The words, in the order of their names.</summary>
    public static IEnumerable<string> Known => Words.Keys.Order(StringComparer.Ordinal);

    /// <summary>The categories that a word stands for; any other text is a category itself.</summary>
    public static IReadOnlyList<string> Categories(string text) => Words.GetValueOrDefault(text) ?? [text];

    /// <summary>The word that was probably meant by a text that is none; null when it may be a category.</summary>
    public static string? Meant(string text) =>
        Words.ContainsKey(text) || text.Contains('.', StringComparison.Ordinal) || Alike.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? null
            : Spelling.Closest(text, Known);
}
