using System.Globalization;

namespace Snakepit.Client.Connections;

/// <summary>Reads durations in the forms that the silo's options take, so that one configuration file has one way to write them.</summary>
internal static class DurationText
{
    /// <summary>What a mistake's sentence says that it expects.</summary>
    public const string Forms = "milliseconds (1500), 1500ms, 60s, 5m, 1h, 1d, 00:02:00 or infinite";

    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1)];

    /// <summary>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>infinite</c>; null when the text is no duration.</summary>
    public static TimeSpan? TryParse(string text)
    {
        text = text.Trim();
        if (text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        // Exactly hh:mm:ss or d.hh:mm:ss: the lenient parser takes 24:00:00 for 24 days.
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero ? span : null;
        foreach (var (suffix, milliseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                && amount * milliseconds < TimeSpan.MaxValue.TotalMilliseconds / 2)
                return TimeSpan.FromMilliseconds(amount * milliseconds);
        }

        return null;
    }
}
