using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Snakepit.Hosting.Telemetry;

/// <summary>
/// Logs the errors of OpenTelemetry's libraries, and what its exporters warn of. They report to event sources, to which nothing listens by
/// default, so that a collector that cannot be reached would be silent. Thread-safe.
/// </summary>
internal sealed class ExportTroubles(ILogger logger, TimeProvider time) : EventListener
{
    /// <summary>Category of the lines.</summary>
    public const string Category = "OpenTelemetry";

    /// <summary>How the names of the libraries' event sources begin, and those of exporters.</summary>
    private const string Sources = "OpenTelemetry-", OfExporters = "OpenTelemetry-Exporter-";

    /// <summary>Letters of a problem that are logged.</summary>
    private const int LongestProblem = 500;

    /// <summary>An event that comes again within this time is left out: exporters try several times in a minute.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>When each event was logged the last time.</summary>
    private readonly ConcurrentDictionary<(string Source, int Event), long> _logged = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // The SDK also warns of every instrument in the process that is not exported, which is no trouble.
        if (eventSource.Name.StartsWith(OfExporters, StringComparison.Ordinal))
            EnableEvents(eventSource, EventLevel.Warning);
        else if (eventSource.Name.StartsWith(Sources, StringComparison.Ordinal))
            EnableEvents(eventSource, EventLevel.Error);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // .NET hands counters, and other events that describe themselves, to every listener, whichever asked for them.
        if (!eventData.EventSource.Name.StartsWith(Sources, StringComparison.Ordinal) || eventData.Level == EventLevel.LogAlways)
            return;
        // Noted before it is logged: a log that is itself exported may cause the same event.
        if (IsDue((eventData.EventSource.Name, eventData.EventId)))
            TelemetryLog.ExportTrouble(logger, eventData.EventSource.Name, Problem(eventData));
    }

    private bool IsDue((string Source, int Event) key)
    {
        var now = time.GetTimestamp();
        return _logged.TryAdd(key, now)
            || (_logged.TryGetValue(key, out var last) && time.GetElapsedTime(last, now) >= Pause && _logged.TryUpdate(key, now, last));
    }

    /// <summary>One line: of an exception that stands in the event as text, the first.</summary>
    private static string Problem(EventWrittenEventArgs trouble)
    {
        object?[] values = [.. (trouble.Payload ?? []).Select(value => value is string text ? FirstLine(text) : value)];
        var whole = trouble.Message is { } message ? Format(message, values) : $"{trouble.EventName}: {string.Join(", ", values)}";
        var line = string.Concat(whole.Select(static letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= LongestProblem ? line : $"{line[..LongestProblem]}…";
    }

    private static string Format(string message, object?[] values)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, message, values);
        }
        catch (FormatException)
        {
            return message; // as good as it gets: the event says less than its text has places for
        }
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;
}
