using System.Diagnostics.Metrics;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// The instruments of a silo, under the meter <c>Snakepit</c>; names and units follow OpenTelemetry. docs/telemetry.md lists them, and a
/// test compares. Thread-safe.
/// </summary>
internal sealed class PoolMeter
{
    /// <summary>Buckets for durations; those of OpenTelemetry's library are made for milliseconds.</summary>
    internal static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    };

    public PoolMeter(IMeterFactory meters)
    {
        Meter = meters.Create(SnakepitTelemetry.SourceName);
        Calls = Meter.CreateCounter<long>("snakepit.calls", "{call}", "Calls that have ended, streams among them.");
        Moves = Meter.CreateCounter<long>("snakepit.call.moves", "{call}", "Calls that left the queue for another silo.");
        QueueWait = Meter.CreateHistogram(
            "snakepit.call.queue_wait", "s", "How long calls waited for a worker, also those that got none.", advice: Seconds);
        Dispatch = Meter.CreateHistogram(
            "snakepit.call.dispatch", "s", "From the shard to the worker, the wait in it, and the way back.", advice: Seconds);
        Python = Meter.CreateHistogram("snakepit.call.python", "s", "In Python: decode, run, encode.", advice: Seconds);
        Duration = Meter.CreateHistogram(
            "snakepit.call.duration", "s", "From the moment a shard has a call to its answer.", advice: Seconds);
        RequestSize = Meter.CreateHistogram(
            "snakepit.call.request.size", "By", "Arguments, attachments and metadata of a call.", advice: Sizes);
        ResultSize = Meter.CreateHistogram(
            "snakepit.call.result.size", "By", "Result of a call that succeeded, with its attachments.", advice: Sizes);
        StreamItems = Meter.CreateCounter<long>("snakepit.stream.items", "{item}", "Items that the readers of streams have taken.");
        SessionMoves = Meter.CreateCounter<long>(
            "snakepit.session.moves", "{call}", "Calls of a session that was new to their worker.");
        Starts = Meter.CreateCounter<long>("snakepit.worker.starts", "{worker}", "Processes that were asked for.");
        StartDuration = Meter.CreateHistogram(
            "snakepit.worker.start.duration", "s", "From asking for a process until it serves, or has failed to.", advice: Seconds);
        Exits = Meter.CreateCounter<long>("snakepit.worker.exits", "{worker}", "Workers from which no more answers come.");
        Recycles = Meter.CreateCounter<long>("snakepit.worker.recycles", "{worker}", "Workers that were replaced in peace.");
        Taints = Meter.CreateCounter<long>("snakepit.worker.taints", "{worker}", "Crashes after which a slot got no calls for a while.");
        Pings = Meter.CreateHistogram(
            "snakepit.worker.heartbeat.duration", "s", "How long workers took to answer a sign of life.", advice: Seconds);
        MissedPings = Meter.CreateCounter<long>(
            "snakepit.worker.heartbeat.misses", "{heartbeat}", "Signs of life that did not come in time.");
    }

    public Meter Meter { get; }

    public Counter<long> Calls { get; }

    public Counter<long> Moves { get; }

    public Histogram<double> QueueWait { get; }

    public Histogram<double> Dispatch { get; }

    public Histogram<double> Python { get; }

    public Histogram<double> Duration { get; }

    public Histogram<long> RequestSize { get; }

    public Histogram<long> ResultSize { get; }

    public Counter<long> StreamItems { get; }

    public Counter<long> SessionMoves { get; }

    public Counter<long> Starts { get; }

    public Histogram<double> StartDuration { get; }

    public Counter<long> Exits { get; }

    public Counter<long> Recycles { get; }

    public Counter<long> Taints { get; }

    public Histogram<double> Pings { get; }

    public Counter<long> MissedPings { get; }

    /// <summary>It is worth the work to look at a call.</summary>
    public bool HearsCalls =>
        Duration.Enabled || Calls.Enabled || QueueWait.Enabled || Python.Enabled || Dispatch.Enabled || RequestSize.Enabled
        || ResultSize.Enabled || Moves.Enabled || SessionMoves.Enabled;
}
