using Snakepit.Core.Scheduling;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>What all parts of a shard share.</summary>
/// <param name="Place">Which shard it is, and its turns.</param>
/// <param name="Settings">What it keeps to.</param>
/// <param name="Services">What the shards of the silo share.</param>
/// <param name="Clock">Its one clock.</param>
/// <param name="Scheduler">Decides. Only the turns of the shard may touch it.</param>
/// <param name="Engine">Has decisions carried out.</param>
internal sealed record ShardCore(
    ShardPlace Place,
    ShardSettings Settings,
    ShardServices Services,
    ShardClock Clock,
    PoolScheduler Scheduler,
    ShardEngine Engine)
{
    /// <summary>What the shard has begun and does not wait for.</summary>
    public ShardTasks Tasks { get; } = new(Place.Id, Services.Logger);

    public TimeSpan Now => Clock.Now;

    public WorkerId Worker(int slot, int generation) => new(new SlotId(Place.Id, slot), generation);
}
