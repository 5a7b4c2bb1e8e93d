using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// The instruments that adapters ask for by <c>telemetry.emit</c>: <c>snakepit.python.EVENT.MEASUREMENT</c>. Their number is bounded, and
/// so are the values of their tags, because each costs memory here and in every system that stores it. Thread-safe.
/// </summary>
internal sealed partial class PythonInstruments(Meter meter)
{
    /// <summary>Instruments of one silo; measurements beyond are not recorded.</summary>
    public const int Most = 200;

    /// <summary>A measurement of this name, or with this ending, is added up; any other one goes into a histogram.</summary>
    private const string CountName = "count";

    /// <summary>When a span began; a moment is nothing to make a distribution of.</summary>
    private const string SystemTime = "system_time";

    private readonly Lock _using = new();
    private readonly Dictionary<string, Action<double, TagList>?> _instruments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolNames> _values = new(StringComparer.Ordinal);

    /// <summary>Records the measurements of an event.</summary>
    /// <param name="pool">The pool's tag.</param>
    /// <param name="emitted">The event.</param>
    public void Record(KeyValuePair<string, object?> pool, PythonEmitted emitted)
    {
        lock (_using)
        {
            var tags = new TagList { pool };
            foreach (var (key, value) in emitted.Attributes)
                tags.Add(key, Values(key).Of(value, hasRun: true));
            foreach (var (name, value) in emitted.Measurements)
            {
                if (name != SystemTime && double.IsFinite(value))
                    Instrument(emitted.Name, name)?.Invoke(value, tags);
            }
        }
    }

    private ToolNames Values(string key)
    {
        // Keys come from adapters, too: those beyond the limit share one list, which is soon full.
        var list = _values.Count < Most || _values.ContainsKey(key) ? key : ToolNames.Other;
        if (!_values.TryGetValue(list, out var values))
            _values[list] = values = new ToolNames();
        return values;
    }

    private Action<double, TagList>? Instrument(string theEvent, string measurement)
    {
        var name = $"snakepit.python.{Clean(theEvent)}.{Clean(measurement)}";
        if (_instruments.TryGetValue(name, out var instrument))
            return instrument;
        return _instruments.Count >= Most ? null : _instruments[name] = Create(name, measurement);
    }

    private Action<double, TagList> Create(string name, string measurement)
    {
        if (measurement == PythonEmitted.DurationName)
        {
            var seconds = meter.CreateHistogram<double>(name, "s", "Emitted by an adapter.");
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

    /// <summary>What OpenTelemetry allows in a name.</summary>
    private static string Clean(string text) => Forbidden().Replace(text, "_");

    [GeneratedRegex("[^A-Za-z0-9_.-]")]
    private static partial Regex Forbidden();
}
