using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Snakepit.Client.Routing;
using Snakepit.Client.Security;

namespace Snakepit.Client.Connections;

/// <summary>
/// Makes a container with an Orleans client. Each connection has a container of its own: an application's container can hold one Orleans
/// client only, and a frontend may call several clusters.
/// </summary>
internal static class OrleansServices
{
    /// <summary>
    /// The silos' own limits count (MaxRequestBytes, MaxResultBytes). The framework's 100 MB would end connections first.
    /// </summary>
    private const int LargestMessageBytes = 2_100_000_000;

    /// <param name="target">The cluster.</param>
    /// <param name="gateways">Sees connections break.</param>
    /// <param name="refusals">Sees connections refused.</param>
    /// <param name="retry">Decides what happens after a failed attempt to connect.</param>
    /// <param name="loggers">The application's loggers; not disposed.</param>
    /// <param name="time">The application's clock.</param>
    public static ServiceProvider Build(
        ClientTarget target,
        GatewayWatch gateways,
        RefusalWatch refusals,
        IClientConnectionRetryFilter retry,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(retry);
        services.AddSingleton<IGatewaySource>(provider => target.Database is { } database
            ? new DatabaseGateways(database, target.ClusterId, provider)
            : new NamedGateways(target.Names, Dns.GetHostAddressesAsync, time, Logger(loggers)));
        services.AddSingleton<IGatewayListProvider>(provider =>
            new GatewayList(provider.GetRequiredService<IGatewaySource>(), Logger(loggers)));
        if (target.Protection.Tls is { } files)
            services.AddSingleton<IOutgoingGrainCallFilter>(new AdminCalls(new CertificateSource(files, Logger(loggers)), time));
        services.AddOrleansClient(configuration: null, client => client
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (target.ClusterId, target.ServiceId))
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayList.RefreshPeriod)
            .Configure<ClientMessagingOptions>(messaging => messaging.MaxMessageBodySize = LargestMessageBytes)
            // The protection comes first: a connection that it refuses is none that has broken.
            .Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(refusals.Watch))
            .Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(
                connection => ProtectedConnections.Dial(connection, target.Protection, time, Logger(loggers))))
            .Configure<ClientConnectionOptions>(gateways.Watch));
        return services.BuildServiceProvider();
    }

    /// <summary>The logger of everything in this folder.</summary>
    public static ILogger Logger(ILoggerFactory loggers) => loggers.CreateLogger("Snakepit.Client.Connection");
}
