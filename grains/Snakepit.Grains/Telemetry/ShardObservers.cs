using Snakepit.Core.Ports;

namespace Snakepit.Grains.Telemetry;

/// <summary>Makes what hears of each shard of a silo.</summary>
internal sealed class ShardObservers(PoolMeter meter)
{
    /// <summary>For the shard of a pool; called once for each.</summary>
    public IShardObserver For(string pool) => new ShardMeter(meter, pool);

    /// <summary>Publishes the latest figures of the shards as gauges. Called once.</summary>
    public void Publish(Func<IEnumerable<ShardFigures>> shards) => PoolGauges.Add(meter.Meter, shards);
}
