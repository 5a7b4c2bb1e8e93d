using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>Reminds the shard when a worker has reached its age.</summary>
internal interface IAgeWatch
{
    Task WatchAsync(WorkerId worker, TimeSpan ttl);
}
