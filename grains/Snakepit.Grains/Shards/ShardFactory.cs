using Snakepit.Core.Failures;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Streams;
using Snakepit.Grains.Shards.Workers;

namespace Snakepit.Grains.Shards;

/// <summary>Puts the parts of a shard together.</summary>
internal static class ShardFactory
{
    public static Shard Create(ShardPlace place, ShardSettings settings, ShardServices services, IAgeWatch ages)
    {
        var scheduler = new PoolScheduler(settings.Scheduler, Random.Shared.NextDouble);
        var core = new ShardCore(place, settings, services, new ShardClock(services.Time), scheduler, new ShardEngine(scheduler));
        var failures = new ShardFailures(place.Id, settings.Plan, settings.DrainTimeout);
        var workers = new ShardWorkers(core, ages);
        var desk = new CallDesk(core, failures);
        var runner = new CallRunner(core, failures, workers);
        var streams = new ShardStreams(place, core.Clock, settings.Plan, failures, desk);
        var decisions = new ShardDecisions(core, failures, runner, workers);
        core.Engine.Begin(decisions);
        return new Shard(core, desk, streams, workers, decisions, new ShardStatus(core, workers, runner, streams));
    }
}
