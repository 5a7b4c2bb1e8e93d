using System.Globalization;

namespace Snakepit.Execution;

/// <summary>
/// Reads and writes durations as people do: <c>1500</c> (milliseconds), <c>1500ms</c>, <c>60s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>,
/// <c>00:02:00</c>, <c>infinite</c>. One way for options, connection strings, headers, commands and sentences. Thread-safe.
/// </summary>
public static class Duration
{
    /// <summary>What the sentence about a mistake says that it expects; <c>infinite</c> apart, which not every place takes.</summary>
    public const string Forms = "milliseconds (1500), 1500ms, 60s, 5m, 1h, 1d, 00:02:00";

    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>
    /// The duration, zero or more; <see cref="Timeout.InfiniteTimeSpan"/> for <c>infinite</c>; null when the text is no duration.
    /// </summary>
    public static TimeSpan? TryParse(string text)
    {
        text = text.Trim();
        if (text.Equals("infinite", StringComparison.OrdinalIgnoreCase) || text.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            // Exactly hh:mm:ss or d.hh:mm:ss: the lenient parser takes 24:00:00 for 24 days.
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span : null;
        }

        foreach (var (suffix, milliseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && Number(text[..^suffix.Length]) is { } amount)
                return Span(amount * milliseconds);
        }

        return Number(text) is { } plain ? Span(plain) : null;
    }

    /// <summary>The shortest of the forms above that says the same.</summary>
    public static string Format(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan)
            return "infinite";
        foreach (var (suffix, milliseconds) in Units.Reverse())
        {
            var amount = span.TotalMilliseconds / milliseconds;
            if (amount >= 1 && amount == Math.Floor(amount) && (suffix != "d" || amount < 1000))
                return string.Create(CultureInfo.InvariantCulture, $"{amount}{suffix}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###}ms");
    }

    private static double? Number(string text) =>
        double.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;

    private static TimeSpan? Span(double milliseconds) =>
        milliseconds >= 0 && milliseconds <= TimeSpan.MaxValue.TotalMilliseconds / 2
            ? TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond))
            : null;
}
