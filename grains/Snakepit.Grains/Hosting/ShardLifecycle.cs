using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Pools;

namespace Snakepit.Grains.Hosting;

/// <summary>Wakes this silo's shards when the silo is active, and drains them and stops their workers before it leaves.</summary>
internal sealed class ShardLifecycle(SnakepitOptions options, IOptions<SiloOptions> silo, IGrainFactory grains, IWorkerHost host)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ShardLifecycle), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(Shards().Select(shard => shard.StartAsync()));

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Shards().Select(shard => shard.DrainAsync(options.DrainTimeout)));
        }
        finally
        {
            await host.StopAllAsync();
        }
    }

    private IEnumerable<IPoolShardGrain> Shards() =>
        options.Pools.Select(pool => grains.GetGrain<IPoolShardGrain>(new ShardId(pool.Name, silo.Value.SiloName).ToString()));
}
