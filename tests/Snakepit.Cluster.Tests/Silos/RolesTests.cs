using System.Net;
using System.Text.Json.Nodes;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>One configuration for all silos: each runs the pools whose roles it has, and every door leads to all pools.</summary>
public sealed class RolesTests(SharedPostgres postgres)
{
    [Fact]
    public async Task A_pool_runs_where_its_roles_are_and_is_reached_from_everywhere()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 1, [Pool("default"), Pool("gpu", "gpu"), Pool("quantum", "quantum", "large")]);
        var plain = cluster.Silos[0];
        var gpu = cluster.Add("Roles:0=gpu");
        await cluster.UntilAllSeeAsync(2);
        await cluster.UntilAllSeeAsync(1, "gpu");

        // By HTTP at the silo that does not have the pool.
        var call = await plain.CallAsync("pid", pool: "gpu");
        Assert.Equal((HttpStatusCode.OK, $"gpu@{gpu.Name}#0.1"), (call.Status, call.Headers["Snakepit-Worker"]));
        Assert.Single(cluster.WorkerProcesses(0));
        Assert.Equal(2, cluster.WorkerProcesses(1).Count);

        // By a frontend that knows that silo only.
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var result = await client.Tools.ExecuteAsync("pid", options: new ToolCallOptions { Pool = "gpu" });
        Assert.Equal($"gpu@{gpu.Name}#0.1", result.Worker);

        // Status and silos say who has what.
        Assert.Equal(gpu.Name, (await plain.PoolAsync("gpu"))["shards"]!.AsArray().Single()!["silo"]!.GetValue<string>());
        var silos = JsonNode.Parse(await plain.Http.GetStringAsync(new Uri("v1/silos", UriKind.Relative)))!["silos"]!.AsArray();
        Assert.Equal(
            new Dictionary<string, string> { [plain.Name] = "default, ", [gpu.Name] = "default gpu, gpu" },
            silos.ToDictionary(
                silo => silo!["name"]!.GetValue<string>(), silo => $"{Words(silo!["pools"]!)}, {Words(silo["roles"]!)}"));
        var table = (await SnakepitCommand.RunAsync("silos", "--url", $"{plain.Url}")).Output;
        Assert.Contains("Roles", table, StringComparison.Ordinal);

        // A pool that no silo has the roles for is said at the start and at the call.
        await gpu.SeesAsync(
            "Pool 'quantum' is left to other silos of the cluster: its Silos:Roles asks for quantum, large, Snakepit:Roles of this silo "
            + "has gpu.");
        var missing = await plain.CallAsync("pid", pool: "quantum");
        Assert.Equal((HttpStatusCode.NotFound, "pool_not_found"), (missing.Status, missing.Code));
        Assert.Contains(
            "There is no pool 'quantum' in the cluster: no silo has the roles quantum, large, for which its Silos:Roles asks.",
            missing.Detail, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => client.Tools.ExecuteAsync("pid", options: new ToolCallOptions { Pool = "quantum" }));
        Assert.Equal((SnakepitErrorCode.PoolNotFound, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains("the roles quantum, large", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_without_pools_is_ready_and_its_door_leads_to_the_others()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 1, [Pool("default", "worker")], "Roles:0=worker");
        var door = cluster.Add("Roles:0=door");
        await cluster.UntilAllSeeAsync(1);

        await door.SeeAsync(() => door.TryGetAsync("health/ready"), status => status == HttpStatusCode.OK, "the silo is ready");
        var call = await door.CallAsync("pid");

        Assert.Equal($"default@{cluster.Silos[0].Name}#0.1", call.Headers["Snakepit-Worker"]);
        Assert.Empty(cluster.WorkerProcesses(1));
        Assert.Equal(0, await door.StopAsync(ClusterUnderTest.Limit));
    }

    private static string Words(JsonNode list) => string.Join(' ', list.AsArray().Select(word => word!.GetValue<string>()));

    private static JsonObject Pool(string name, params string[] roles) => new()
    {
        ["Name"] = name,
        ["PoolSize"] = 1,
        ["AdapterModule"] = "basic.Basic",
        ["PythonPath"] = new JsonArray(Places.Adapters),
        ["Silos"] = new JsonObject { ["Roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]) },
    };
}
