using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Grains.Shards;

/// <summary>
/// Owns the shards of this silo from its start to its stop. Grain activations only find their shard here; they may come and go
/// without any effect on it. Thread-safe.
/// </summary>
internal sealed class ShardHost
{
    private readonly SnakepitOptions _options;
    private readonly ShardServices _services;
    private readonly IPoolSizes _sizes;
    private readonly Dictionary<string, LocalShard> _shards;
    private readonly Lazy<Task> _stopped;
    private readonly long _made;
    private volatile bool _stopping;
    private int _started;

    public ShardHost(
        SnakepitOptions options, ILocalSiloDetails silo, ShardServices services, ShardObservers observers, IPoolSizes sizes)
    {
        _options = options;
        _services = services;
        _sizes = sizes;
        _made = services.Time.GetTimestamp();
        var incarnation = silo.SiloAddress.ToIncarnation();
        _shards = options.OwnPools.ToDictionary(
            pool => pool.Name,
            pool =>
            {
                var id = new ShardId(pool.Name, silo.Name);
                var settings = ShardSettings.Of(pool, options, sizes.Find(pool.Name));
                settings = settings with { Worker = settings.Worker with { Emitted = observers.Emitted } };
                return new LocalShard(id, incarnation, settings, services, observers.For(id, pool));
            },
            StringComparer.Ordinal);
        observers.Publish(() => _shards.Values.Select(shard => shard.Latest).OfType<ShardFigures>());
        _stopped = new Lazy<Task>(EndAsync);
    }

    /// <summary>The shards of this silo.</summary>
    public IReadOnlyCollection<LocalShard> Shards => _shards.Values;

    /// <summary>The shard of a pool; null when this silo has no such pool.</summary>
    public LocalShard? Find(string pool) => _shards.GetValueOrDefault(pool);

    /// <summary>Starts the workers of every shard. A second call does nothing.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        foreach (var shard in _shards.Values)
            shard.Start();
    }

    /// <summary>Time since the silo began to start.</summary>
    public TimeSpan Age => _services.Time.GetElapsedTime(_made);

    /// <summary>The shards drain for good, because the silo stops.</summary>
    public bool IsStopping => _stopping;

    /// <summary>The latest pulse of every shard.</summary>
    public async Task<IReadOnlyList<ShardPulse>> PulsesAsync() =>
        [.. (await Task.WhenAll(_shards.Values.Select(shard => shard.IntroduceAsync()))).Select(introduction => introduction.Pulse)];

    /// <summary>
    /// Every shard refuses new calls and what waits. Ends when nothing runs any more, the time is over, or the drain is taken back. The
    /// workers stay.
    /// </summary>
    public Task DrainAsync(TimeSpan limit) => Task.WhenAll(_shards.Values.Select(shard => shard.DrainAsync(limit)));

    /// <summary>Gives a shard another number of workers, and keeps it over restarts. Returns the number that it has then.</summary>
    /// <exception cref="SnakepitException">The host has not the means for so many workers, or the number cannot be kept.</exception>
    public async Task<int> ScaleAsync(LocalShard shard, int? size)
    {
        CheckMeans(shard.Id, size);
        try
        {
            _sizes.Keep(shard.Id.Pool, size);
        }
        catch (IOException error)
        {
            throw new SnakepitException(
                new Failure
                {
                    Code = SnakepitErrorCode.Unknown,
                    Message = $"The size of pool '{shard.Id.Pool}' on silo '{shard.Id.Silo}' stays as it is, because it cannot be "
                        + $"kept over a restart: {error.Message}",
                    Outcome = Outcome.NotStarted,
                },
                error);
        }

        return await shard.ResizeAsync(size);
    }

    /// <summary>
    /// A silo that is too large for its host starts, with a warning, because its operator may look at the log; a person who scales a pool
    /// looks at the answer. Fewer workers than now are always taken.
    /// </summary>
    private void CheckMeans(ShardId shard, int? size)
    {
        var now = _options.OwnPools.ToDictionary(pool => pool.Name, pool => _sizes.Find(pool.Name) ?? pool.MostWorkers);
        if (size is not { } wanted || wanted <= now[shard.Pool])
            return;
        now[shard.Pool] = wanted;
        if (_services.Workers.Shortage(now.Values.Sum()) is { } shortage)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest, $"Pool '{shard.Pool}' on silo '{shard.Silo}' cannot have {wanted} workers. {shortage}");
        }
    }

    /// <summary>Every shard takes calls again, unless the silo stops.</summary>
    public void Resume()
    {
        foreach (var shard in _shards.Values)
            shard.Resume(unless: () => _stopping);
    }

    /// <summary>Drains every shard and stops its workers. The first call does it, every call waits for it.</summary>
    public Task StopAsync() => _stopped.Value;

    private async Task EndAsync()
    {
        _stopping = true; // before the turns that drain: a turn that resumes comes before them, or does nothing
        try
        {
            // Load balancers need time to see that the silo is not ready; until then other silos serve what comes to this one's door.
            await Task.WhenAll(DrainAsync(_options.DrainTimeout), Task.Delay(_options.ShutdownDelay, _services.Time));
        }
        finally
        {
            await _services.Workers.StopAllAsync();
            await Task.WhenAll(_shards.Values.Select(shard => shard.EndAsync()));
        }
    }
}
