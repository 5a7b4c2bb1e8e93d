using Snakepit.Core.Telemetry;

namespace Snakepit.Hosting.Events;

/// <summary>What happens to the shards and workers of this silo, for code of the application. Thread-safe.</summary>
/// <remarks>
/// Subscribe before the host starts to hear of the first workers. Handlers run one at a time on a thread of the pool, never on one that
/// serves calls. A handler that is too slow loses events and holds up nothing else: at most 4096 events wait, further ones are dropped and
/// counted. An exception of a handler is logged.
/// </remarks>
public interface ISnakepitEvents
{
    /// <summary>
    /// Has a handler called for every event of a type: <see cref="WorkerStarted"/>, <see cref="WorkerReady"/>,
    /// <see cref="WorkerStartFailed"/>, <see cref="WorkerRecycled"/>, <see cref="WorkerExited"/>, <see cref="WorkerTainted"/>,
    /// <see cref="WorkerPinged"/>, <see cref="PythonEmitted"/>, <see cref="PoolStateChanged"/>, <see cref="CallExecuted"/>, or
    /// <see cref="ShardEvent"/> for all.
    /// </summary>
    /// <typeparam name="TEvent">The type, or one that it derives from.</typeparam>
    /// <param name="handler">Called with each event, in the order in which they happened in a shard.</param>
    /// <returns>Ends the subscription when it is disposed of.</returns>
    IDisposable Subscribe<TEvent>(Action<TEvent> handler)
        where TEvent : ShardEvent;

    /// <summary>Events that were dropped because handlers were too slow, since the start.</summary>
    long Dropped { get; }
}
