using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>Owns what a shard has begun and does not wait for.</summary>
internal sealed class ShardTasks(ShardId id, ILogger logger)
{
    public void Own(Task task)
    {
        if (!task.IsCompletedSuccessfully)
            _ = WatchAsync(task);
    }

    /// <summary>Says so when a task of ours faulted, which is a bug: everything that can go wrong with a call is an answer.</summary>
    private async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception error)
        {
            PoolLog.Broken(logger, error, id);
        }
    }
}
