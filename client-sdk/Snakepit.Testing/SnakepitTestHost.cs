using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Client;
using Snakepit.Client.Calls;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Shards;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.Testing.Cluster;

namespace Snakepit.Testing;

/// <summary>
/// A silo for tests, without Orleans, processes and Python: the real client and the real scheduler of the pools, with fake workers behind
/// them. Queues, budgets, outcomes, retries and streams are therefore those of a real silo. Add pools and tools, then start it.
/// </summary>
/// <param name="time">The clock of the test, for example a <c>FakeTimeProvider</c>; null for the system's.</param>
/// <param name="options">Changes the silo's options, its time-outs for example; null for the defaults.</param>
/// <param name="logging">Where the shards log; null for nowhere.</param>
public sealed class SnakepitTestHost(
    TimeProvider? time = null, Action<SnakepitOptions>? options = null, ILoggerFactory? logging = null) : IAsyncDisposable
{
    private const string SiloName = "test";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, TestPool> _pools = new(StringComparer.Ordinal);
    private readonly List<PoolOptions> _poolOptions = [];
    private readonly Dictionary<string, LocalShard> _shards = new(StringComparer.Ordinal);
    private readonly Incarnation _silo = new(SiloName, 1);
    private FakeWorkerHost? _workers;
    private SnakepitClient? _client;

    /// <summary>The client that the program under test gets. Its default pool is the first one.</summary>
    /// <exception cref="InvalidOperationException">The host has not been started.</exception>
    public ISnakepitClient Client => _client ?? throw new InvalidOperationException("Start the test host first: await StartAsync().");

    /// <summary>Adds a pool; before the start.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="configure">Sets its options; null for one worker and otherwise the defaults.</param>
    /// <returns>The pool, for its tools and faults.</returns>
    public TestPool AddPool(string name = "default", Action<PoolOptions>? configure = null)
    {
        if (_client is not null)
            throw new InvalidOperationException($"Pool '{name}' comes too late: the test host has been started.");
        var pool = new PoolOptions { Name = name, AdapterModule = "fake", PoolSize = 1, StartupBatchSize = 1000 };
        configure?.Invoke(pool);
        var added = new TestPool(name);
        _pools.Add(name, added);
        _poolOptions.Add(pool);
        return added;
    }

    /// <summary>Starts the workers, and waits until every pool is ready or has failed to start.</summary>
    /// <param name="configure">Changes the client's options; null for the defaults.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The options have mistakes.</exception>
    public async Task<ISnakepitClient> StartAsync(Action<SnakepitClientOptions>? configure = null)
    {
        var silo = new SnakepitOptions { Pools = _poolOptions };
        options?.Invoke(silo);
        if (SnakepitOptionsValidator.Mistakes(silo).ToList() is { Count: > 0 } mistakes)
            throw new ArgumentException(string.Join(Environment.NewLine, mistakes));
        var grains = LocalGrains.Of(Find);
        _workers = new FakeWorkerHost(_pools, _time);
        var quiet = new Silence();
        var logger = (logging ?? NullLoggerFactory.Instance).CreateLogger<ShardServices>();
        var services = new ShardServices(_workers, quiet, grains, new ByteBudget(silo.MaxBufferedBytes), _time, logger);
        foreach (var pool in _poolOptions)
            _shards[pool.Name] = new LocalShard(new ShardId(pool.Name, SiloName), _silo, ShardSettings.Of(pool, silo), services, quiet);
        var own = new SnakepitClientOptions { DefaultPool = _poolOptions[0].Name };
        configure?.Invoke(own);
        _client = new SnakepitClient(new AmbientCluster(grains, new GatewayWatch()), own, _time);
        foreach (var shard in _shards.Values)
            shard.Start();
        await AwaitStartedAsync().ConfigureAwait(false);
        return _client;
    }

    /// <summary>Ends the workers. Calls that wait or run end with an error.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_workers is not null)
            await _workers.StopAllAsync().ConfigureAwait(false);
        foreach (var shard in _shards.Values)
            await shard.EndAsync().ConfigureAwait(false);
        _shards.Clear();
    }

    /// <summary>By the system's clock: a hand-moved one stands still meanwhile.</summary>
    private async Task AwaitStartedAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var shard in _shards.Values)
        {
            while ((await shard.StateAsync().ConfigureAwait(false)).State == PoolState.Starting)
            {
                if (TimeProvider.System.GetElapsedTime(began) > StartLimit)
                    throw new TimeoutException($"Pool '{shard.Id.Pool}' of the test host has not started within {StartLimit}.");
                await Task.Delay(Pause).ConfigureAwait(false);
            }
        }
    }

    private object? Find(Type grain, string key)
    {
        if (grain == typeof(IPoolGrain))
            return new TestPoolGrain(key, _shards.GetValueOrDefault(key), _silo, _pools.Keys);
        if (grain == typeof(IPoolShardGrain) && _shards.GetValueOrDefault(ShardId.FromKey(key).Pool) is { } shard)
            return new TestShardGrain(shard);
        return grain == typeof(IWorkerGrain) ? new TestWorkerGrain() : null;
    }
}
