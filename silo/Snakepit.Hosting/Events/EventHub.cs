using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Hosting.Events;

/// <summary>Carries events from the turns of shards to handlers. While nothing is subscribed, an event costs a look at one field.</summary>
internal sealed class EventHub : ISnakepitEvents, IShardObserverFactory, IPythonListener, IDisposable
{
    /// <summary>Events that may wait for their handlers.</summary>
    public const int Most = 4096;

    private readonly ILogger<EventHub> _logger;
    private readonly Channel<ShardEvent> _waiting = Channel.CreateBounded<ShardEvent>(
        new BoundedChannelOptions(Most) { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Lock _changing = new(); // subscriptions come from any thread
    private volatile Subscription[] _subscriptions = [];
    private volatile bool _hearsCalls;
    private volatile bool _hearsPython;
    private bool _pumping;
    private long _dropped;

    public EventHub(ILogger<EventHub> logger) => _logger = logger;

    /// <inheritdoc/>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>A handler takes calls.</summary>
    public bool HearsCalls => _hearsCalls;

    /// <summary>A handler takes what adapters emit. Else it would push other events out.</summary>
    bool IPythonListener.Hears => _hearsPython;

    /// <summary>There is a handler.</summary>
    public bool Hears => _subscriptions.Length > 0;

    /// <inheritdoc/>
    public IDisposable Subscribe<TEvent>(Action<TEvent> handler)
        where TEvent : ShardEvent
    {
        var subscription = new Subscription(this, typeof(TEvent), what =>
        {
            if (what is TEvent fitting)
                handler(fitting);
        });
        lock (_changing)
        {
            Set([.. _subscriptions, subscription]);
            if (!_pumping)
                _ = Task.Run(PumpAsync);
            _pumping = true;
        }

        return subscription;
    }

    /// <inheritdoc/>
    public IShardObserver For(ShardId shard) => new EventObserver(this, shard);

    /// <inheritdoc/>
    void IPythonListener.Emitted(PythonEmitted emitted) => Publish(emitted);

    /// <summary>Never waits.</summary>
    public void Publish(ShardEvent what)
    {
        if (!_waiting.Writer.TryWrite(what))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>What waits still reaches its handlers; nothing comes after it.</summary>
    public void Dispose() => _waiting.Writer.TryComplete();

    private void Set(Subscription[] subscriptions)
    {
        _subscriptions = subscriptions;
        _hearsCalls = Array.Exists(subscriptions, static each => each.Type.IsAssignableFrom(typeof(CallExecuted)));
        _hearsPython = Array.Exists(subscriptions, static each => each.Type.IsAssignableFrom(typeof(PythonEmitted)));
    }

    private void Remove(Subscription gone)
    {
        lock (_changing)
            Set([.. _subscriptions.Where(each => each != gone)]);
    }

    private async Task PumpAsync()
    {
        await foreach (var what in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var subscription in _subscriptions)
                Tell(subscription, what);
        }
    }

    private void Tell(Subscription subscription, ShardEvent what)
    {
        try
        {
            subscription.Handle(what);
        }
        catch (Exception error) // the application's; it must not end the others' events
        {
            EventLog.HandlerThrew(_logger, error, what.GetType().Name);
        }
    }

    private sealed class Subscription(EventHub hub, Type type, Action<ShardEvent> handle) : IDisposable
    {
        public Type Type => type;

        public void Handle(ShardEvent what) => handle(what);

        public void Dispose() => hub.Remove(this);
    }
}
