using System.Diagnostics.Metrics;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// What the shards of a silo measure, under the meter <c>Snakepit</c>; names and units follow OpenTelemetry. Thread-safe. Costs a look at
/// two flags per call while nothing listens.
/// </summary>
internal sealed class PoolMeter
{
    private const string PoolTag = "snakepit.pool";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _duration;

    public PoolMeter(IMeterFactory meters)
    {
        _meter = meters.Create(SnakepitTelemetry.SourceName);
        _queueWait = _meter.CreateHistogram(
            "snakepit.call.queue_wait", "s", "How long calls waited for a worker, also those that got none.", advice: Seconds);
        _duration = _meter.CreateHistogram(
            "snakepit.call.duration", "s",
            "From the moment a shard has a call to its answer; error.type is the code of a call that failed.", advice: Seconds);
    }

    /// <summary>Whether it is worth the work to look at a call's times.</summary>
    public bool IsHeard => _queueWait.Enabled || _duration.Enabled;

    /// <summary>A call has its answer.</summary>
    /// <param name="pool">Its pool.</param>
    /// <param name="error">Wire form of the code of its failure; null when it succeeded.</param>
    /// <param name="queueWait">How long it waited for a worker.</param>
    /// <param name="duration">From its coming to its answer.</param>
    public void Answered(string pool, string? error, TimeSpan queueWait, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>(PoolTag, pool);
        _queueWait.Record(queueWait.TotalSeconds, tag);
        if (error is null)
            _duration.Record(duration.TotalSeconds, tag);
        else
            _duration.Record(duration.TotalSeconds, tag, new("error.type", error));
    }

    /// <summary>Publishes what the latest pulses of this silo's shards say. Called once.</summary>
    public void Observe(Func<IEnumerable<(ShardPulse Pulse, int Size)>> shards)
    {
        Calls("queued", "Calls that wait in the silo's shard of the pool.", pulse => pulse.Queued);
        Calls("running", "Calls on the silo's workers of the pool.", pulse => pulse.Running);
        Calls("capacity", "Calls that the silo's ready workers of the pool take at once.", pulse => pulse.Capacity);
        Gauge("size", "{worker}", "Workers that the silo keeps for the pool.", shard => shard.Size);

        void Calls(string name, string description, Func<ShardPulse, int> value) =>
            Gauge(name, "{call}", description, shard => value(shard.Pulse));

        void Gauge(string name, string unit, string description, Func<(ShardPulse Pulse, int Size), int> value) =>
            _meter.CreateObservableUpDownCounter(
                $"snakepit.pool.{name}",
                () => shards().Select(shard => new Measurement<int>(
                    value(shard), new KeyValuePair<string, object?>(PoolTag, shard.Pulse.Shard.Pool))),
                unit,
                description);
    }
}
