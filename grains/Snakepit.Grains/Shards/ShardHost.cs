using Snakepit.Core.Options;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards;

/// <summary>
/// Owns the shards of this silo from its start to its stop. Grain activations only find their shard here; they may come and go
/// without any effect on it. Thread-safe.
/// </summary>
internal sealed class ShardHost
{
    private readonly SnakepitOptions _options;
    private readonly ShardServices _services;
    private readonly Dictionary<string, LocalShard> _shards;
    private readonly Lazy<Task> _stopped;
    private int _started;

    public ShardHost(SnakepitOptions options, ILocalSiloDetails silo, ShardServices services)
    {
        _options = options;
        _services = services;
        var incarnation = silo.SiloAddress.ToIncarnation();
        _shards = options.Pools.ToDictionary(
            pool => pool.Name,
            pool => new LocalShard(new ShardId(pool.Name, silo.Name), incarnation, ShardSettings.Of(pool, options), services),
            StringComparer.Ordinal);
        _stopped = new Lazy<Task>(DrainAsync);
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

    /// <summary>Drains every shard and stops its workers. The first call does it, every call waits for it.</summary>
    public Task StopAsync() => _stopped.Value;

    private async Task DrainAsync()
    {
        try
        {
            await Task.WhenAll(_shards.Values.Select(shard => shard.DrainAsync(_options.DrainTimeout)));
        }
        finally
        {
            await _services.Workers.StopAllAsync();
            await Task.WhenAll(_shards.Values.Select(shard => shard.EndAsync()));
        }
    }
}
