using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Telemetry;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Telemetry;

public sealed class PoolMeterTests : IClassFixture<TwoSilos>, IDisposable
{
    private readonly TwoSilos _silos;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _seen = new();

    public PoolMeterTests(TwoSilos silos)
    {
        _silos = silos;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SnakepitTelemetry.SourceName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Each_call_is_measured_once_with_its_pool()
    {
        await _silos.Client.ExecuteAsync<string>("who", options: new ToolCallOptions { Pool = "manual" });

        string[] Measured() => [.. _seen
            .Where(each => each.Tags == "snakepit.pool=manual" && each.Instrument.StartsWith("snakepit.call", StringComparison.Ordinal))
            .Select(each => each.Instrument).Order(StringComparer.Ordinal)];
        await Eventually.HoldsAsync(() => Measured().Length >= 2); // a call is measured after its answer
        Assert.Equal(["snakepit.call.duration", "snakepit.call.queue_wait"], Measured());
    }

    [Fact]
    public async Task A_refused_call_is_measured_with_its_code()
    {
        await Eventually.SeeAsync(
            () => _silos.Shard(_silos.Silos[0], "broken").GetReportAsync(), report => report!.State == PoolState.Failed);

        await Assert.ThrowsAsync<SnakepitException>(
            () => _silos.Client.ExecuteAsync<string>("who", options: new ToolCallOptions { Pool = "broken" }));

        await Eventually.HoldsAsync(() => _seen.Any(
            each => each is { Instrument: "snakepit.call.duration", Tags: "error.type=pool_failed snakepit.pool=broken" }));
    }

    [Fact]
    public async Task The_latest_pulses_are_gauges()
    {
        await Eventually.SeeAsync(
            () =>
            {
                _listener.RecordObservableInstruments();
                return Task.FromResult(
                    _seen.Where(each => each.Tags == "snakepit.pool=whole").Select(each => (each.Instrument, each.Value)));
            },
            seen => seen.Contains(("snakepit.pool.capacity", 2.0)) && seen.Contains(("snakepit.pool.size", 2.0))
                && seen.Contains(("snakepit.pool.queued", 0.0)) && seen.Contains(("snakepit.pool.running", 0.0)),
            what: "size and capacity 2, nothing queued and nothing running");
    }

    private void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _seen.Enqueue((
        instrument.Name,
        value,
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))));
}
