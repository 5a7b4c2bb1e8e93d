using Snakepit.Core.Processes;

namespace Snakepit.Hosting.Access;

/// <summary>What lines of the audit log have in common, whether an order came over HTTP or from an Orleans client.</summary>
internal static class AuditText
{
    public const string Category = "Snakepit.Audit";

    private const int LongestValue = 256;

    /// <summary>Keeps a caller from writing lines of its own into a log, and from commanding the terminal that shows it.</summary>
    public static string Plain(string text) =>
        TerminalText.Line(text.Length > LongestValue ? $"{text[..LongestValue]}…" : text);
}
