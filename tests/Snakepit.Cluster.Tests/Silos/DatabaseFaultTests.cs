using System.Diagnostics;
using Npgsql;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Calls need no database; only silos that come and go do.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class DatabaseFaultTests
{
    [Fact]
    public async Task A_database_that_crashes_and_restarts_costs_no_call_and_takes_in_new_silos()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(server, silos: 2);
        await using var balancer = new LoadBalancer(cluster.Silos.Select(silo => silo.Url));
        await using var load = await LoadAsync(balancer);

        await server.CrashAsync();
        await server.StartAsync();
        cluster.Add();
        await cluster.UntilAllSeeAsync(3);

        await AssertNothingIsLostAsync(cluster, load);
    }

    [Fact]
    public async Task A_database_that_takes_a_second_for_each_query_costs_no_call_and_takes_in_new_silos()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var door = new SlowDoor(server.Port);
        server.Door = door.Port;
        await using var cluster = await ClusterUnderTest.StartAsync(server, silos: 2);
        await using var balancer = new LoadBalancer(cluster.Silos.Select(silo => silo.Url));
        await using var load = await LoadAsync(balancer);

        door.Delay = TimeSpan.FromSeconds(1);
        cluster.Add();
        await cluster.UntilAllSeeAsync(3, limit: ClusterUnderTest.Limit * 2);

        // The table has been read and written through the slow door by those that were there before, too.
        await Eventually.HoldsAsync(() => door.Delayed > 30, ClusterUnderTest.Limit);
        await AssertNothingIsLostAsync(cluster, load);
    }

    [Fact]
    public async Task A_database_without_a_free_connection_costs_no_call_refuses_new_silos_in_a_sentence_and_recovers()
    {
        await using var server = await PostgresServer.StartNewAsync(connections: 30);
        await using var cluster = await ClusterUnderTest.StartAsync(server, silos: 2);
        await using var balancer = new LoadBalancer(cluster.Silos.Select(silo => silo.Url));
        await using var load = await LoadAsync(balancer);

        SiloUnderTest refused;
        await using (await TakeAllAsync(server))
        {
            refused = cluster.Add();
            Assert.Equal(2, await refused.ExitAsync(ClusterUnderTest.Limit));
            // For longer than membership waits before it calls a silo dead.
            var succeeded = load.Succeeded;
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(12);)
                Assert.Equal("slept", (await cluster.Silos[0].CallAsync("sleep", new { seconds = 0.5 })).Json.GetValue<string>());
            Assert.True(load.Succeeded > succeeded, "nobody was served without the database");
        }

        await cluster.RestartAsync(2);
        await cluster.UntilAllSeeAsync(3);

        Assert.Contains($"PostgreSQL at 127.0.0.1:{server.Port} has no connection left", refused.Output, StringComparison.Ordinal);
        Assert.Contains("raise its max_connections, or lower Snakepit:Cluster:DatabaseConn", refused.Output, StringComparison.Ordinal);
        await AssertNothingIsLostAsync(cluster, load);
    }

    private static async Task<SteadyLoad> LoadAsync(LoadBalancer balancer)
    {
        var load = new SteadyLoad();
        load.AddCallers(2, balancer);
        await Eventually.HoldsAsync(() => load.Succeeded > 10);
        return load;
    }

    private static async Task AssertNothingIsLostAsync(ClusterUnderTest cluster, SteadyLoad load)
    {
        await load.StopAsync();
        Assert.True(load.Failures.Count == 0, string.Join(Environment.NewLine, load.Failures));
        Assert.DoesNotContain(cluster.Silos, silo => silo.HasExited);
        Assert.Equal(cluster.Silos.Select(silo => silo.Name).Order(StringComparer.Ordinal), await cluster.ActiveSilosAsync());
    }

    /// <summary>Ends the silos' connections and takes all that there are, until disposal.</summary>
    private static async Task<Taken> TakeAllAsync(PostgresServer server)
    {
        var taken = new Taken(new NpgsqlDataSourceBuilder(server.ConnectionString("postgres") + ";Pooling=false").Build());
        while (true)
        {
            try
            {
                await taken.OneMoreAsync();
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                if (await taken.EndOthersAsync() == 0)
                    return taken;
            }
        }
    }

    private sealed class Taken(NpgsqlDataSource source) : IAsyncDisposable
    {
        private readonly List<NpgsqlConnection> _connections = [];

        public async Task OneMoreAsync() => _connections.Add(await source.OpenConnectionAsync());

        /// <summary>Ends the connections of others and tells how many there were.</summary>
        public async Task<int> EndOthersAsync()
        {
            await using var command = _connections[0].CreateCommand();
            command.CommandText =
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'snakepit'";
            return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in _connections)
                await connection.DisposeAsync();
            await source.DisposeAsync();
        }
    }
}
