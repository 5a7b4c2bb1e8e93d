using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Client.Security;
using Snakepit.Core.Options;
using Snakepit.Hosting.Access;
using Snakepit.Hosting.Failures;
using ClusterOptions = Snakepit.Core.Options.ClusterOptions;

namespace Snakepit.Hosting.Clustering;

/// <summary>Keeps strangers off the silo's two ports, and sees to it that the silo joins no stranger.</summary>
internal static class PortProtection
{
    /// <summary>
    /// Protects the connections of a silo whose ports are those of <c>Snakepit:Cluster</c>. It comes first in the list, and so before
    /// everything that looks at connections: a stranger's is none that a client has lost.
    /// </summary>
    public static void Add(IServiceCollection services) => services.Insert(
        0,
        ServiceDescriptor.Singleton<IConfigureOptions<SiloConnectionOptions>>(static provider =>
            new ConfigureOptions<SiloConnectionOptions>(connections => Protect(
                connections,
                provider.GetRequiredService<SnakepitOptions>().Cluster,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()))));

    /// <summary>
    /// Keeps clients with certificates from what is for administrators. Without certificates everybody who is let in is one: the secret is
    /// that of the silo's own user. A filter costs each call a little, so there is none then.
    /// </summary>
    public static void AddManagementFilter(IServiceCollection services) => services.AddSingleton<IIncomingGrainCallFilter>(
        static provider => new ManagementFilter(
            new CertificateSource(
                Of(provider.GetRequiredService<SnakepitOptions>().Cluster).Tls!,
                provider.GetRequiredService<ILoggerFactory>().CreateLogger(SecurityLog.Category)),
            new ManagementAudit(provider.GetRequiredService<ILoggerFactory>()),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Whether nothing keeps strangers off the ports, because a person has written so.</summary>
    public static bool IsOpen(ClusterOptions cluster) => Of(cluster).Choose(IsLoopback(cluster)) == Protection.None;

    /// <summary>Makes the secret, unless an earlier silo has; or looks whether the certificates can be used.</summary>
    /// <exception cref="StartupException">A file cannot be made, or not be used.</exception>
    public static void Prepare(IServiceProvider services, ClusterOptions cluster)
    {
        var protection = Of(cluster);
        if (protection.Tls is not null && !services.GetServices<IIncomingGrainCallFilter>().OfType<ManagementFilter>().Any())
        {
            throw new StartupException(
                "Snakepit:Cluster:Tls must be set before AddSnakepitSilo runs: it decides which services there are.");
        }

        try
        {
            if (protection.Tls is { } files)
                files.Read();
            else if (protection.Choose(IsLoopback(cluster)) == Protection.Secret)
                SecretFile.MakeUnlessThere(protection.SecretPath);
        }
        catch (IOException error)
        {
            throw new StartupException(
                protection.Tls is not null
                    ? $"The certificates of Snakepit:Cluster:Tls cannot be used: {error.Message.TrimEnd('.')}."
                    : $"The cluster's secret cannot be used: {error.Message.TrimEnd('.')}. Name another file in "
                        + "Snakepit:Cluster:SecretFile.",
                error);
        }
    }

    /// <summary>What a person has written about the connections of a silo.</summary>
    public static ConnectionProtection Of(ClusterOptions cluster) => new($"{SnakepitOptions.Section}:{nameof(SnakepitOptions.Cluster)}")
    {
        SecretFile = cluster.SecretFile,
        AllowInsecure = cluster.AllowInsecure,
        Tls = cluster.Tls is { CertificateFile: { } certificate, KeyFile: { } key, AuthorityFile: { } authority }
            ? new CertificateFiles(certificate, key, authority)
            : null,
    };

    private static bool IsLoopback(ClusterOptions cluster) => IPAddress.IsLoopback(IPAddress.Parse(cluster.ListenAddress));

    private static void Protect(SiloConnectionOptions connections, ClusterOptions cluster, TimeProvider time, ILoggerFactory loggers)
    {
        var (protection, logger) = (Of(cluster), loggers.CreateLogger(SecurityLog.Category));
        var ports = new ProtectedPorts(protection, IsLoopback(cluster), time, logger);
        connections.ConfigureSiloInboundConnection(port => ports.Listen(port, ClusterPort.Silo));
        connections.ConfigureGatewayInboundConnection(port =>
        {
            ports.Listen(port, ClusterPort.Gateway);
            if (protection.Tls is not null)
                OutsideGuard.Add(port, cluster.ClusterId, logger);
        });
        connections.ConfigureSiloOutboundConnection(ports.Dial);
    }
}
