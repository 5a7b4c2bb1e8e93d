using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// The instruments that adapters ask for by <c>telemetry.emit</c>: <c>snakepit.python.EVENT.MEASUREMENT</c>. Their number is bounded, and
/// so are the keys and values of their tags, because each costs memory here and in every system that stores it. Not thread-safe.
/// </summary>
internal sealed partial class PythonInstruments(Meter meter)
{
    /// <summary>Instruments of one silo; measurements beyond are not recorded.</summary>
    public const int Most = 200;

    /// <summary>Keys of tags; those beyond are left out.</summary>
    public const int MostKeys = 50;

    /// <summary>OpenTelemetry ignores an instrument whose name is longer.</summary>
    private const int LongestName = 255;

    /// <summary>A measurement of this name, or with this ending, is added up; any other one goes into a histogram.</summary>
    private const string CountName = "count";

    /// <summary>When a span began; a moment is nothing to make a distribution of.</summary>
    private const string SystemTime = "system_time";

    private readonly Dictionary<string, Action<double, TagList>> _instruments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolNames> _values = new(StringComparer.Ordinal);

    /// <summary>Records the measurements of an event.</summary>
    public void Record(PythonEmitted emitted)
    {
        if (emitted.Measurements.Count == 0)
            return;
        var tags = Tags(emitted);
        foreach (var (name, value) in emitted.Measurements)
        {
            if (name != SystemTime && double.IsFinite(value))
                Instrument(emitted.Name, name)?.Invoke(value, tags);
        }
    }

    private TagList Tags(PythonEmitted emitted)
    {
        var tags = new TagList { new(TelemetryTags.Pool, emitted.Shard.Pool) };
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in emitted.Attributes)
        {
            var name = Forbidden().Replace(key, "_");
            if (!IsReserved(name) && used.Add(name) && Values(name) is { } values)
                tags.Add(name, values.Of(value, exists: true));
        }

        return tags;
    }

    /// <summary>Names with which Prometheus would have a label twice, and the text of an exception, which is new each time.</summary>
    private static bool IsReserved(string name) =>
        name is "le" or "quantile" or "error_message"
        || name.StartsWith("snakepit_", StringComparison.Ordinal) || name.StartsWith("otel_", StringComparison.Ordinal);

    private ToolNames? Values(string key)
    {
        if (_values.TryGetValue(key, out var values))
            return values;
        return _values.Count >= MostKeys ? null : _values[key] = new ToolNames();
    }

    private Action<double, TagList>? Instrument(string theEvent, string measurement)
    {
        var name = ForbiddenInNames().Replace($"snakepit.python.{theEvent}.{measurement}", "_");
        if (name.Length > LongestName)
            name = name[..LongestName];
        if (_instruments.TryGetValue(name, out var instrument))
            return instrument;
        return _instruments.Count >= Most ? null : _instruments[name] = Create(name, measurement);
    }

    private Action<double, TagList> Create(string name, string measurement)
    {
        if (measurement == PythonEmitted.DurationName)
        {
            var seconds = meter.CreateHistogram<double>(name, "s", "Emitted by an adapter.", advice: PoolMeter.Seconds);
            return (nanoseconds, tags) => seconds.Record(nanoseconds / 1e9, tags);
        }

        if (measurement == CountName || measurement.EndsWith("_" + CountName, StringComparison.Ordinal))
        {
            var counter = meter.CreateCounter<double>(name, null, "Emitted by an adapter.");
            return (value, tags) => counter.Add(Math.Max(0, value), tags);
        }

        var histogram = meter.CreateHistogram<double>(name, null, "Emitted by an adapter.");
        return (value, tags) => histogram.Record(value, tags);
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex Forbidden();

    [GeneratedRegex("[^A-Za-z0-9_.-]")]
    private static partial Regex ForbiddenInNames();
}
