using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Grains.Telemetry;

/// <summary>Makes what hears of each shard of a silo.</summary>
internal sealed class ShardObservers(
    PoolMeter meter,
    Emissions emissions,
    SnakepitOptions options,
    IEnumerable<IShardObserverFactory> others,
    ILogger<ShardObservers> logger)
{
    /// <summary>Hears what adapters of this silo emit; may be called from any thread.</summary>
    public Action<PythonEmitted> Emitted => emissions.Take;

    /// <summary>For a shard of this silo; called once for each.</summary>
    public IShardObserver For(ShardId shard, PoolOptions pool)
    {
        var all = new List<IShardObserver> { new ShardMeter(meter, shard.Pool) };
        all.AddRange(others.Select(other => other.For(shard)));
        if ((pool.SlowCallThreshold ?? options.SlowCallThreshold) is var threshold && threshold != Timeout.InfiniteTimeSpan)
            all.Add(new SlowCalls(shard, threshold, logger));
        return new CompositeObserver([.. all], logger);
    }

    /// <summary>Publishes the latest figures of the shards as gauges. Called once.</summary>
    public void Publish(Func<IEnumerable<ShardFigures>> shards) => PoolGauges.Add(meter.Meter, shards);
}
