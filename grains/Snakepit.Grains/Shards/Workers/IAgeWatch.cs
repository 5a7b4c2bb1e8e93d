using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>Reminds the shard when a worker has reached its age.</summary>
internal interface IAgeWatch
{
    /// <summary>Never faults.</summary>
    Task WatchAsync(WorkerId worker, TimeSpan ttl);
}
