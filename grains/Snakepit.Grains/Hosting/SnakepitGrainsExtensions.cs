using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Snakepit.Core.Options;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Sessions;

namespace Snakepit.Grains.Hosting;

public static class SnakepitGrainsExtensions
{
    /// <summary>Adds the pools of <paramref name="options"/> to a silo. The worker host (<c>IWorkerHost</c>) must be registered beside it.</summary>
    public static ISiloBuilder AddSnakepitGrains(this ISiloBuilder silo, SnakepitOptions options)
    {
        silo.Services.AddSingleton(options);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddPlacementDirector<PinnedPlacement, PinnedPlacementDirector>();
        silo.Services.AddPlacementDirector<PinnedOrStandInPlacement, PinnedPlacementDirector>();
        silo.Services.AddSingleton<ClientWatch>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<IServiceProvider>((connections, services) =>
            connections.ConfigureGatewayInboundConnection(connection => connection.Use(next => context => services.GetRequiredService<ClientWatch>().WatchAsync(next(context)))));
        silo.Services.AddSingleton<SiloShards>();
        silo.Services.AddSingleton<OtherShards>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ShardLifecycle>();
        silo.Services.AddHostedService<ShardsStopFirst>();
        return silo;
    }
}
