using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Client;
using Snakepit.Cluster.Tests.Silos;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Clients;

/// <summary>The ways in which a frontend finds its gateways.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class GatewayTests(SharedSilo shared, SharedPostgres postgres)
{
    private const string Role = "snakepit_gateways";

    [Fact]
    public async Task A_name_of_a_host_is_a_gateway()
    {
        await using var app = await ClientApp.StartAsync(
            builder => builder.AddSnakepitClient(),
            ("ConnectionStrings:snakepit", $"Gateways=localhost:{shared.Silo.GatewayPort}"),
            ("Snakepit:Client:ConnectTimeout", "1m"));

        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
    }

    [Fact]
    public async Task A_user_with_the_role_of_frontends_alone_finds_gateways_in_the_database_and_can_write_nothing()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        var login = await LoginAsync(cluster, "web_reader");
        await using var app = await ClientApp.StartAsync(
            builder => builder.AddSnakepitClient(), ("ConnectionStrings:snakepit", $"{login};ClusterId={cluster.ClusterId}"));

        var result = await app.Client.ExecuteAsync("pid");
        await app.SeeHealthAsync("snakepit", HealthStatus.Healthy);
        var writable = await TablesAsync(cluster, "web_reader", "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER");
        var readable = await TablesAsync(cluster, "web_reader", "SELECT");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            cluster.Server.SqlAsync(cluster.Database, "SET ROLE web_reader; UPDATE OrleansMembershipTable SET Status = 6"));

        Assert.StartsWith($"default@{cluster.Silos[0].Name}#", result.Worker, StringComparison.Ordinal);
        Assert.Equal(("", "orleansmembershiptable\norleansquery"), (writable, readable));
        Assert.Contains("permission denied for table orleansmembershiptable", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_joins_later_is_found_in_the_database_and_serves_when_the_first_one_is_gone()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        await using var app = await ClientApp.StartAsync(
            builder => builder.AddSnakepitClient(client => client.ClusterId = cluster.ClusterId),
            ("Snakepit:Client:ConnectionString", cluster.ConnectionString));
        await app.Client.ExecuteAsync("pid");

        cluster.Add();
        await cluster.UntilAllSeeAsync(2);
        await cluster.StopAsync(0);
        await cluster.UntilAllSeeAsync(1);

        var worker = await Eventually.SeeAsync(
            async () => await TryWorkerAsync(app.Client),
            worker => worker != "",
            ClusterUnderTest.Limit,
            "a call succeeds on the second silo");
        Assert.StartsWith($"default@{cluster.Silos[1].Name}#", worker, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keyed_clients_call_two_clusters()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        await using var app = await ClientApp.StartAsync(
            builder => builder.AddKeyedSnakepitClient("cpu").AddKeyedSnakepitClient("gpu"),
            ("Snakepit:Clients:cpu:Gateways:0", $"127.0.0.1:{shared.Silo.GatewayPort}"),
            ("ConnectionStrings:gpu", $"{cluster.ConnectionString};ClusterId={cluster.ClusterId}"));

        var cpu = await app.Keyed("cpu").ExecuteAsync("pid");
        var gpu = await app.Keyed("gpu").ExecuteAsync("pid");

        Assert.StartsWith($"default@{shared.Silo.Name}#", cpu.Worker, StringComparison.Ordinal);
        Assert.StartsWith($"default@{cluster.Silos[0].Name}#", gpu.Worker, StringComparison.Ordinal);
        await app.SeeHealthAsync("snakepit-cpu", HealthStatus.Healthy);
        await app.SeeHealthAsync("snakepit-gpu", HealthStatus.Healthy);
    }

    /// <summary>Makes a user that has nothing but the role of frontends, and returns its connection string.</summary>
    private static async Task<string> LoginAsync(ClusterUnderTest cluster, string user)
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync("db", "init", "--connection", cluster.ConnectionString);
        Assert.Equal((0, ""), (code, errors));
        await cluster.Server.SqlAsync(
            cluster.Database, $"CREATE ROLE {user} LOGIN PASSWORD '{cluster.Server.Password}'; GRANT {Role} TO {user}");
        return cluster.ConnectionString.Replace("Username=postgres", $"Username={user}", StringComparison.Ordinal);
    }

    /// <summary>The tables on which a user has any of these rights.</summary>
    private static Task<string> TablesAsync(ClusterUnderTest cluster, string user, string rights) => cluster.Server.SqlAsync(
        cluster.Database,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        + $"AND has_table_privilege('{user}', oid, '{rights}') ORDER BY relname");

    private static async Task<string> TryWorkerAsync(ISnakepitClient client)
    {
        try
        {
            return (await client.ExecuteAsync("pid", options: new ToolCallOptions { Timeout = TimeSpan.FromSeconds(5) })).Worker;
        }
        catch (Errors.SnakepitException)
        {
            return "";
        }
    }
}
