using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// Takes what the adapters of a silo emit from the threads that read their links, and makes metrics, spans and events of it on one thread
/// of its own. An adapter that emits too fast loses events; it holds up neither links nor shards. A listener that fails keeps no event from
/// the others; its first exception is in the log. Thread-safe.
/// </summary>
internal sealed class Emissions : IDisposable
{
    /// <summary>Events of all workers that may wait.</summary>
    public const int Most = 4096;

    private readonly Channel<(PythonEmitted Emitted, DateTimeOffset At)> _waiting =
        Channel.CreateBounded<(PythonEmitted, DateTimeOffset)>(new BoundedChannelOptions(Most) { SingleReader = true });

    private readonly PythonTelemetryOptions _options;
    private readonly (string Name, Action<PythonEmitted, DateTimeOffset> Tell)[] _listeners;
    private readonly bool[] _failed; // the log says so
    private readonly TimeProvider _time;
    private readonly ILogger<Emissions> _logger;
    private long _dropped;

    public Emissions(
        SnakepitOptions options,
        PoolMeter meter,
        IEnumerable<IPythonListener> listeners,
        TimeProvider time,
        ILogger<Emissions> logger)
    {
        _options = options.PythonTelemetry;
        var instruments = new PythonInstruments(meter.Meter);
        _listeners =
        [
            ("of metrics", (emitted, _) => instruments.Record(emitted)),
            ("of traces", PythonSpans.Add),
            .. listeners.Select(each => (each.GetType().Name, Teller(each))),
        ];
        _failed = new bool[_listeners.Length];
        _time = time;
        _logger = logger;
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
            for (var index = 0; index < _listeners.Length; index++)
            {
                try
                {
                    _listeners[index].Tell(emitted, at);
                }
                catch (Exception error) // metrics and traces have listeners too, which are code of others
                {
                    Note(index, error);
                }
            }
        }
    }

    private static Action<PythonEmitted, DateTimeOffset> Teller(IPythonListener listener) => (emitted, _) =>
    {
        if (listener.Hears)
            listener.Emitted(emitted);
    };

    private void Note(int index, Exception error)
    {
        if (!_failed[index])
            PoolLog.PythonListenerFailed(_logger, _listeners[index].Name, error);
        _failed[index] = true;
    }
}
