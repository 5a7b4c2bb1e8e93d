using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class ThreeSilosTests(SharedPostgres postgres)
{
    [Fact]
    public async Task Three_silos_on_an_empty_database_are_one_cluster_and_a_clients_calls_reach_all_of_them()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3);
        await using var client = await cluster.ConnectAsync(gateways: 1);

        var workers = new HashSet<string>();
        await Eventually.SeeAsync(
            async () =>
            {
                workers.Add((await client.Tools.ExecuteAsync("pid")).Worker);
                return workers.Count;
            },
            count => count >= 3);

        Assert.Equal(cluster.Silos.Select(silo => $"default@{silo.Name}#0.1").Order(), workers.Order());
        Assert.Equal(cluster.Silos.Select(silo => silo.Name).Order(StringComparer.Ordinal), await cluster.ActiveSilosAsync());
        Assert.All(Enumerable.Range(0, 3), index => Assert.Single(cluster.WorkerProcesses(index)));
    }

    [Fact]
    public async Task No_silo_is_special_the_first_one_may_die_and_come_back()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);

        await cluster.KillAsync(0);
        await cluster.UntilAllSeeAsync(1);
        await using (var client = await cluster.ConnectAsync(gateways: 1))
            Assert.StartsWith(
                $"default@{cluster.Silos[1].Name}#", (await client.Tools.ExecuteAsync("pid")).Worker, StringComparison.Ordinal);
        var returned = await cluster.RestartAsync(0);
        await cluster.UntilAllSeeAsync(2);

        Assert.Equal(cluster.Silos.Select(silo => silo.Name).Order(StringComparer.Ordinal), await cluster.ActiveSilosAsync());
        Assert.False(returned.HasExited || cluster.Silos[1].HasExited);
    }

    [Fact]
    public async Task Reminders_of_workers_are_rows_in_the_database()
    {
        var server = await postgres.ServerAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(server, silos: 1, pools: null, "Pools:0:WorkerTtl=1h");

        var reminders = await Eventually.SeeAsync(
            () => server.SqlAsync(cluster.Database, "SELECT count(*) FROM OrleansRemindersTable WHERE ServiceId = 'snakepit'"),
            count => count != "0");

        Assert.Equal("1", reminders);
    }
}
