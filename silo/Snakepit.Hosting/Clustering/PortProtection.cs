using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Snakepit.Client.Security;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using ClusterOptions = Snakepit.Core.Options.ClusterOptions;

namespace Snakepit.Hosting.Clustering;

/// <summary>Keeps strangers off the silo's two ports, and sees to it that the silo joins no stranger.</summary>
internal static class PortProtection
{
    /// <summary>Protects the connections of a silo whose ports are those of <c>Snakepit:Cluster</c>.</summary>
    public static void Add(IServiceCollection services) =>
        services.AddOptions<SiloConnectionOptions>().Configure<SnakepitOptions, TimeProvider, ILoggerFactory>(
            static (connections, options, time, loggers) => Protect(connections, options.Cluster, time, loggers));

    /// <summary>Makes the secret, unless an earlier silo has.</summary>
    /// <exception cref="StartupException">The file cannot be made, or not be used.</exception>
    public static void Prepare(ClusterOptions cluster)
    {
        var protection = Of(cluster);
        if (Choose(protection, cluster) != Protection.Secret)
            return;
        try
        {
            SecretFile.MakeUnlessThere(protection.SecretPath);
        }
        catch (IOException error)
        {
            throw new StartupException(
                $"The cluster's secret cannot be used: {error.Message.TrimEnd('.')}. Name another file in Snakepit:Cluster:SecretFile.", error);
        }
    }

    private static ConnectionProtection Of(ClusterOptions cluster) => new($"{SnakepitOptions.Section}:{nameof(SnakepitOptions.Cluster)}")
    {
        SecretFile = cluster.SecretFile,
        AllowInsecure = cluster.AllowInsecure,
    };

    /// <summary>The same for all connections: the silos of a cluster are configured alike.</summary>
    private static Protection Choose(ConnectionProtection protection, ClusterOptions cluster) =>
        protection.Choose(IPAddress.IsLoopback(IPAddress.Parse(cluster.ListenAddress)));

    private static void Protect(SiloConnectionOptions connections, ClusterOptions cluster, TimeProvider time, ILoggerFactory loggers)
    {
        var protection = Of(cluster);
        if (Choose(protection, cluster) != Protection.Secret)
            return;
        var logger = loggers.CreateLogger(SecurityLog.Category);
        var secret = new SecretConnections(protection, time, logger);
        connections.ConfigureSiloInboundConnection(port => ProtectedConnections.Listen(port, secret, ClusterPort.Silo));
        connections.ConfigureGatewayInboundConnection(port => ProtectedConnections.Listen(port, secret, ClusterPort.Gateway));
        connections.ConfigureSiloOutboundConnection(silo => ProtectedConnections.DialSilo(silo, secret, logger));
    }
}
