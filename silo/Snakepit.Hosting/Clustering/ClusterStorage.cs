using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;
using Snakepit.Core.Options;
using Snakepit.Hosting.Database;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Options;
using ClusterOptions = Snakepit.Core.Options.ClusterOptions;

namespace Snakepit.Hosting.Clustering;

/// <summary>Where a silo keeps what the cluster shares: membership, reminders and the state of grains.</summary>
internal static class ClusterStorage
{
    /// <summary>The name by which the providers know PostgreSQL.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>The framework's name of the storage of grains that name none.</summary>
    private const string DefaultStorage = "Default";

    /// <summary>
    /// Adds cluster membership, reminders and grain storage as <c>Snakepit:Cluster</c> says, each only when the application has not
    /// registered its own.
    /// </summary>
    public static void AddMissingCluster(this ISiloBuilder silo)
    {
        var services = silo.Services;
        var cluster = OptionsRegistration.Preview(services, silo.Configuration).Cluster;
        var isPostgres = cluster.Provider == ClusterProvider.Postgres;
        if (isPostgres)
            AddDatabase(services);
        if (!Has<IMembershipTable>(services))
        {
            AddMembership(silo, isPostgres);
            PortProtection.Add(services);
            if (cluster.Tls.IsSet)
                PortProtection.AddManagementFilter(services);
        }

        if (!Has<IReminderTable>(services))
            AddReminders(silo, isPostgres);
        if (!services.Any(service => service.ServiceType == typeof(IGrainStorage) && service.ServiceKey is DefaultStorage))
            AddStorage(silo, isPostgres);
    }

    /// <summary>Sees to it that the database can be used before the silo starts.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static async Task PrepareAsync(IServiceProvider services, ClusterOptions cluster, CancellationToken cancellationToken)
    {
        if (services.GetService<DatabaseConnection>() is not { } connection)
            return;
        var database = services.GetRequiredService<NpgsqlDataSource>();
        await DatabaseCheck.PrepareAsync(connection, database, cluster.InitializeDatabase, cancellationToken);
    }

    private static bool Has<T>(IServiceCollection services) => services.Any(service => service.ServiceType == typeof(T));

    /// <summary>One pool of connections for all three. Made by the container, which also closes it.</summary>
    private static void AddDatabase(IServiceCollection services)
    {
        services.AddSingleton(static provider => DatabaseConnection.Of(
            provider.GetRequiredService<SnakepitOptions>().Cluster, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(static provider => provider.GetRequiredService<DatabaseConnection>().Open());
        services.AddHostedService<DatabaseWatch>();
    }

    private static void AddMembership(ISiloBuilder silo, bool isPostgres)
    {
        var services = silo.Services;
        services.AddSingleton(static provider => SiloEndpoints.Choose(provider.GetRequiredService<SnakepitOptions>().Cluster));
        if (isPostgres)
        {
            silo.UseAdoNetClustering(options => options.Configure<NpgsqlDataSource>((own, database) =>
                (own.Invariant, own.DataSource) = (Invariant, database)));
        }
        else
        {
            silo.UseLocalhostClustering();
            services.AddOptions<DevelopmentClusterMembershipOptions>().Configure<SnakepitOptions, SiloEndpoints>(
                static (own, options, endpoints) => own.PrimarySiloEndpoint = options.Cluster.PrimarySilo is { } primary
                    ? IPEndPoint.Parse(primary)
                    : new IPEndPoint(endpoints.Advertised, endpoints.SiloPort));
        }

        services.AddOptions<Orleans.Configuration.ClusterOptions>().Configure<SnakepitOptions>(static (own, options) =>
            (own.ClusterId, own.ServiceId) = (options.Cluster.ClusterId, options.Cluster.ServiceId));
        silo.Configure<ClusterMembershipOptions>(MembershipTimes.Apply);
        services.AddOptions<EndpointOptions>().Configure<SiloEndpoints>(static (own, endpoints) =>
        {
            own.AdvertisedIPAddress = endpoints.Advertised;
            own.SiloPort = endpoints.SiloPort;
            own.GatewayPort = endpoints.GatewayPort;
            own.SiloListeningEndpoint = new IPEndPoint(endpoints.Listen, endpoints.SiloPort);
            own.GatewayListeningEndpoint = new IPEndPoint(endpoints.Listen, endpoints.GatewayPort);
        });
    }

    private static void AddReminders(ISiloBuilder silo, bool isPostgres)
    {
        if (isPostgres)
        {
            silo.UseAdoNetReminderService(options => options.Configure<NpgsqlDataSource>((own, database) =>
                (own.Invariant, own.DataSource) = (Invariant, database)));
        }
        else
        {
            silo.UseInMemoryReminderService();
        }
    }

    private static void AddStorage(ISiloBuilder silo, bool isPostgres)
    {
        if (isPostgres)
        {
            silo.AddAdoNetGrainStorageAsDefault(options => options.Configure<NpgsqlDataSource>((own, database) =>
                (own.Invariant, own.DataSource) = (Invariant, database)));
        }
        else
        {
            silo.AddMemoryGrainStorageAsDefault();
        }
    }
}
