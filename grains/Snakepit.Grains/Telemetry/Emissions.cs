using System.Threading.Channels;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// Takes what the adapters of a silo emit from the threads that read their links, and makes metrics, spans and events of it on one thread
/// of its own. An adapter that emits too fast loses events; it holds up neither links nor shards. Thread-safe.
/// </summary>
internal sealed class Emissions : IDisposable
{
    /// <summary>Events of all workers that may wait.</summary>
    public const int Most = 4096;

    private readonly Channel<(PythonEmitted Emitted, DateTimeOffset At)> _waiting =
        Channel.CreateBounded<(PythonEmitted, DateTimeOffset)>(new BoundedChannelOptions(Most) { SingleReader = true });

    private readonly PythonTelemetryOptions _options;
    private readonly PythonInstruments _instruments;
    private readonly IPythonListener[] _listeners;
    private readonly TimeProvider _time;
    private long _dropped;

    public Emissions(SnakepitOptions options, PoolMeter meter, IEnumerable<IPythonListener> listeners, TimeProvider time)
    {
        _options = options.PythonTelemetry;
        _instruments = new PythonInstruments(meter.Meter);
        _listeners = [.. listeners];
        _time = time;
        meter.Meter.CreateObservableCounter(
            "snakepit.python.dropped", () => Interlocked.Read(ref _dropped), "{event}", "Events of adapters that came too fast.");
        Task.Run(PumpAsync).Ignore();
    }

    /// <summary>Never waits. What the silo's options do not want is left out.</summary>
    public void Take(PythonEmitted emitted)
    {
        if (!_options.Takes(emitted.Name, Random.Shared.NextDouble()))
            return;
        if (!_waiting.Writer.TryWrite((emitted, _time.GetUtcNow())))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>What waits is still told of; nothing comes after it.</summary>
    public void Dispose() => _waiting.Writer.TryComplete();

    private async Task PumpAsync()
    {
        await foreach (var (emitted, at) in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _instruments.Record(emitted);
                PythonSpans.Add(emitted, at);
                foreach (var listener in _listeners)
                {
                    if (listener.Hears)
                        listener.Emitted(emitted);
                }
            }
            catch (Exception) // a listener of metrics or traces is code of others; the next event is another one
            {
                Interlocked.Increment(ref _dropped);
            }
        }
    }
}
