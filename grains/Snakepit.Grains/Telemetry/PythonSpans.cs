using System.Diagnostics;
using Snakepit.Core.Telemetry;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>Makes spans of what adapters enclose in <c>telemetry.span</c>: below the call's span, made when they end.</summary>
internal static class PythonSpans
{
    private static readonly ActivitySource Source = new(SnakepitTelemetry.SourceName);

    /// <summary>Nanoseconds in a tick of <see cref="TimeSpan"/>.</summary>
    private const double TickNanoseconds = 100;

    /// <summary>Makes the span that the event ends; none when it ends none, or nothing listens.</summary>
    /// <param name="emitted">The event.</param>
    /// <param name="now">When it came, which is taken for its end.</param>
    public static void Add(PythonEmitted emitted, DateTimeOffset now)
    {
        if (emitted.EndedSpan is not { } name || !Source.HasListeners()
            || !ActivityContext.TryParse(emitted.TraceParent, null, isRemote: true, out var call))
            return;
        var ticks = Math.Clamp(emitted.Measurements[PythonEmitted.DurationName] / TickNanoseconds, 0, TimeSpan.TicksPerDay);
        var before = Activity.Current;
        using (var span = Source.StartActivity(name, ActivityKind.Internal, call, startTime: now - new TimeSpan((long)ticks)))
        {
            if (span is not null)
                Describe(span, emitted, now);
        }

        Activity.Current = before;
    }

    private static void Describe(Activity span, PythonEmitted emitted, DateTimeOffset now)
    {
        span.SetTag("snakepit.worker", emitted.Worker.ToString());
        foreach (var (key, value) in emitted.Attributes)
            span.SetTag(key, value);
        if (emitted.Failed)
            span.SetStatus(ActivityStatusCode.Error, emitted.Attributes.GetValueOrDefault("error_message"));
        span.SetEndTime(now.UtcDateTime);
    }
}
