using Snakepit.Access;
using Snakepit.Tools;

namespace Snakepit.Pools;

/// <summary>
/// Soft state of one pool (key: its name). Shards announce their pulse every second, so losing this grain loses nothing:
/// a new activation asks every silo once, and waits 1.5 s at most for their answers. People's questions do not depend on it: see
/// <see cref="IPoolShardGrain"/>.
/// </summary>
[Alias("Snakepit.IPoolGrain")]
public interface IPoolGrain : IGrainWithStringKey
{
    /// <summary>A shard's announcement. A silent shard stays in the view, marked as silent, while its silo is in the cluster.</summary>
    /// <param name="pulse">Its pulse.</param>
    /// <param name="terms">The terms that the pulse names; null unless the pool has asked for them.</param>
    [Alias("Announce"), ResponseTimeout("00:00:05")]
    Task<PulseAnswer> AnnounceAsync(ShardPulse pulse, PoolTerms? terms);

    /// <summary>The shards as routers need them, from the latest pulses. Without shards when no silo has the pool.</summary>
    [Alias("GetView"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<PoolView> GetViewAsync();

    /// <summary>Asks every shard for its report.</summary>
    [Alias("GetStatus"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<PoolStatus> GetStatusAsync();

    /// <summary>Asks every shard for its tools. Without silos when no silo has the pool.</summary>
    [Alias("GetTools"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<PoolTools> GetToolsAsync();

    /// <summary>Replaces every worker of the pool by a fresh one, on every silo. Returns how many were marked.</summary>
    [Alias("Recycle")]
    Task<int> RecycleAsync();

    /// <summary>
    /// Gives the pool's shards another number of workers; see <see cref="IPoolShardGrain.ScaleAsync"/>. Returns the number of each silo
    /// that has the pool, by the silo's name.
    /// </summary>
    /// <param name="size">Workers on each silo, 1 to 1000; null for the number of its configuration, or of its load.</param>
    /// <param name="silo">Only on this silo; null for all.</param>
    /// <exception cref="Errors.SnakepitException">
    /// The number is out of range, or a silo did not take it; the message says which silos did.
    /// </exception>
    [Alias("Scale")]
    Task<Dictionary<string, int>> ScaleAsync(int? size, string? silo);
}
