using Orleans.Concurrency;

namespace Snakepit.Pools;

/// <summary>
/// Soft state of one pool (key: its name). Shards announce themselves every second, so losing this grain loses nothing:
/// a new activation asks every silo once and goes on.
/// </summary>
[Alias("Snakepit.IPoolGrain")]
public interface IPoolGrain : IGrainWithStringKey
{
    /// <summary>A shard's announcement. A shard that stops announcing is dropped from the view after a few seconds.</summary>
    [Alias("Announce"), OneWay]
    Task AnnounceAsync(ShardReport report);

    [Alias("GetView")]
    Task<PoolView> GetViewAsync();

    [Alias("GetStatus")]
    Task<PoolStatus> GetStatusAsync();

    /// <summary>Tells every shard that a client has lost its connection; see <see cref="IPoolShardGrain.ProbeReadersAsync"/>.</summary>
    [Alias("ProbeReaders"), OneWay]
    Task ProbeReadersAsync();

    /// <summary>Replaces every worker of the pool by a fresh one, on every silo. Returns how many were marked.</summary>
    [Alias("Recycle")]
    Task<int> RecycleAsync();
}
