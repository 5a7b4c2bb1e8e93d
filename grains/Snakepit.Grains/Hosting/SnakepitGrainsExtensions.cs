using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Sessions;
using Snakepit.Grains.Shards;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Silos;
using Snakepit.Grains.Telemetry;

namespace Snakepit.Grains.Hosting;

public static class SnakepitGrainsExtensions
{
    /// <summary>
    /// Adds pools to a silo. The worker host (<c>IWorkerHost</c>) and <see cref="SnakepitOptions"/> must be registered beside it.
    /// </summary>
    public static ISiloBuilder AddSnakepitGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(static services => new ByteBudget(services.GetRequiredService<SnakepitOptions>().MaxBufferedBytes));
        silo.Services.AddSingleton<ClusterSilos>();
        silo.Services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        silo.Services.AddPlacementDirector<PinnedOrStandInPlacement, PinnedPlacementDirector>();
        silo.AddGrainDirectory(PinnedDirectory.Name, (services, _) => new PinnedDirectory(services.GetRequiredService<ClusterSilos>()));
        silo.Services.AddSingleton<ClientWatch>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<IServiceProvider>((connections, services) =>
            connections.ConfigureGatewayInboundConnection(connection => connection.Use(
                next => context => services.GetRequiredService<ClientWatch>().WatchAsync(next(context)))));
        silo.Services.AddSingleton<ISessionNotice, OtherShards>();
        silo.Services.AddSingleton<ShardServices>();
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<PoolMeter>();
        silo.Services.AddSingleton<Emissions>();
        silo.Services.AddSingleton<ShardObservers>();
        silo.Services.AddSingleton<ShardHost>();
        silo.Services.AddSingleton(services => new PoolShards(
            services.GetRequiredService<ClusterPools>(),
            services.GetRequiredService<ShardHost>(),
            services.GetRequiredService<ClusterSilos>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PoolShards>>()));
        silo.Services.AddSingleton(static services => new DatabaseHealth(
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<DatabaseHealth>>()));
        silo.Services.AddSingleton<SiloDrain>();
        silo.Services.AddSingleton(services => new SiloControl(
            services.GetRequiredService<ClusterSilos>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SiloControl>>()));
        silo.Services.AddSingleton<ClusterPools>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ShardLifecycle>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, GatewayFarewell>();
        silo.Services.AddHostedService<ShardsStopFirst>();
        return silo;
    }
}
