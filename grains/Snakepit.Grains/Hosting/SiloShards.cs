using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Pools;

namespace Snakepit.Grains.Hosting;

/// <summary>The shards of this silo, as one thing to start and to stop.</summary>
internal sealed class SiloShards(SnakepitOptions options, IOptions<SiloOptions> silo, IGrainFactory grains, IWorkerHost host)
{
    private readonly Lazy<Task> _stopped = new(() => DrainAsync(options, silo.Value.SiloName, grains, host));

    public Task StartAsync() => Task.WhenAll(Shards(options, silo.Value.SiloName, grains).Select(shard => shard.StartAsync()));

    /// <summary>Drains every shard and stops its workers. The first call does it, every call waits for it.</summary>
    public Task StopAsync() => _stopped.Value;

    private static async Task DrainAsync(SnakepitOptions options, string silo, IGrainFactory grains, IWorkerHost host)
    {
        try
        {
            await Task.WhenAll(Shards(options, silo, grains).Select(shard => shard.DrainAsync(options.DrainTimeout)));
        }
        finally
        {
            await host.StopAllAsync();
        }
    }

    private static IEnumerable<IPoolShardGrain> Shards(SnakepitOptions options, string silo, IGrainFactory grains) =>
        options.Pools.Select(pool => grains.GetGrain<IPoolShardGrain>(new ShardId(pool.Name, silo).ToString()));
}
