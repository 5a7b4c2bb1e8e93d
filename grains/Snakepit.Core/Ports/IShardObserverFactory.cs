using Snakepit.Identity;

namespace Snakepit.Core.Ports;

/// <summary>Makes further observers of shards, beside the one that measures. Register it as a service of the silo.</summary>
public interface IShardObserverFactory
{
    /// <summary>The observer of a shard; called once for each.</summary>
    IShardObserver For(ShardId shard);
}
