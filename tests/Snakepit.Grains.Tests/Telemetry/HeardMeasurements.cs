using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Tests.Telemetry;

/// <summary>Listens to the meter <c>Snakepit</c> of everything in this process.</summary>
internal sealed class HeardMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _seen = new();

    public HeardMeasurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != SnakepitTelemetry.SourceName)
                return;
            Instruments.Enqueue(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What has been published.</summary>
    public ConcurrentQueue<Instrument> Instruments { get; } = new();

    /// <summary>What has been measured so far, attributes in the order of their names.</summary>
    public IReadOnlyCollection<(string Instrument, double Value, string Tags)> All => [.. _seen];

    /// <summary>Asks the gauges, too.</summary>
    public IReadOnlyCollection<(string Instrument, double Value, string Tags)> Ask()
    {
        _listener.RecordObservableInstruments();
        return All;
    }

    public void Dispose() => _listener.Dispose();

    private void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _seen.Enqueue((
        instrument.Name,
        value,
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))));
}
