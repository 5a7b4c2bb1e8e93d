using System.Net;
using Npgsql;
using Orleans.Configuration;
using Snakepit.Core.Options;
using Snakepit.Silo.Hosting;
using ClusterOptions = Snakepit.Core.Options.ClusterOptions;

namespace Snakepit.Silo.Database;

/// <summary>Where a silo keeps what the cluster shares: membership, reminders and the state of grains.</summary>
internal static class ClusterStorage
{
    /// <summary>The name by which the providers know PostgreSQL.</summary>
    private const string Invariant = "Npgsql";

    /// <param name="silo">The silo.</param>
    /// <param name="cluster">What the operator has chosen.</param>
    /// <param name="endpoints">The silo's addresses and ports.</param>
    /// <param name="connection">The database; null with <see cref="ClusterProvider.Memory"/>.</param>
    public static ISiloBuilder AddClusterStorage(
        this ISiloBuilder silo, ClusterOptions cluster, SiloEndpoints endpoints, DatabaseConnection? connection)
    {
        if (connection is null)
            UseMemory(silo, cluster, endpoints);
        else
            UsePostgres(silo, cluster, connection);
        silo.Configure<ClusterMembershipOptions>(MembershipTimes.Apply);
        return silo.Configure<EndpointOptions>(own =>
        {
            own.AdvertisedIPAddress = endpoints.Advertised;
            own.SiloPort = endpoints.SiloPort;
            own.GatewayPort = endpoints.GatewayPort;
            own.SiloListeningEndpoint = new IPEndPoint(endpoints.Listen, endpoints.SiloPort);
            own.GatewayListeningEndpoint = new IPEndPoint(endpoints.Listen, endpoints.GatewayPort);
        });
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

    private static void UseMemory(ISiloBuilder silo, ClusterOptions cluster, SiloEndpoints endpoints)
    {
        var primary = cluster.PrimarySilo is { } address ? IPEndPoint.Parse(address) : null;
        silo.UseLocalhostClustering(endpoints.SiloPort, endpoints.GatewayPort, primary, cluster.ServiceId, cluster.ClusterId);
        silo.AddMemoryGrainStorageAsDefault();
        silo.UseInMemoryReminderService();
    }

    private static void UsePostgres(ISiloBuilder silo, ClusterOptions cluster, DatabaseConnection connection)
    {
        // One pool of connections for all three. Made by the container, which also closes it.
        silo.Services.AddSingleton(connection);
        silo.Services.AddSingleton(_ => connection.Open());
        silo.Configure<Orleans.Configuration.ClusterOptions>(own =>
            (own.ClusterId, own.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
        silo.UseAdoNetClustering(options => options.Configure<NpgsqlDataSource>((own, database) =>
            (own.Invariant, own.DataSource) = (Invariant, database)));
        silo.UseAdoNetReminderService(options => options.Configure<NpgsqlDataSource>((own, database) =>
            (own.Invariant, own.DataSource) = (Invariant, database)));
        silo.AddAdoNetGrainStorageAsDefault(options => options.Configure<NpgsqlDataSource>((own, database) =>
            (own.Invariant, own.DataSource) = (Invariant, database)));
    }
}
