using Snakepit.Core.Scheduling;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Workers;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>What a shard consists of, as those need it who work on its calls.</summary>
internal sealed record ShardParts(ShardClock Clock, PoolScheduler Scheduler, ShardFailures Failures, ShardWorkers Workers);
