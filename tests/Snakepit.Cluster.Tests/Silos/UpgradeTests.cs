using System.Net;
using System.Text;
using Snakepit.Client;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Silos of the last contract and of today in one cluster.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class UpgradeTests(SharedPostgres postgres, LastContract last)
{
    [Fact]
    public async Task A_cluster_is_upgraded_silo_by_silo_under_load_and_one_goes_back_without_a_failed_call()
    {
        if (await last.ProgramAsync() is not { } earlier)
        {
            Assert.Skip("The history of this copy does not reach back to the last contract: git fetch --unshallow");
            return;
        }

        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 0, [SiloUnderTest.Pool(size: 2)], "ShutdownDelay=2s");
        cluster.AddOf(earlier);
        cluster.AddOf(earlier);
        await cluster.UntilAllSeeAsync(2);
        await using var client = await cluster.ConnectAsync();
        await using var balancer = new LoadBalancer(cluster.Silos.Select(silo => silo.Url));
        await using var load = new SteadyLoad();
        load.AddCallers(3, client.Tools);
        load.AddCallers(3, balancer);

        await ReplaceAsync(0, Places.Snakepit);
        await ServeEachOtherAsync(cluster, client);
        await ReplaceAsync(1, Places.Snakepit);
        await ReplaceAsync(0, earlier);
        await ServeEachOtherAsync(cluster, client);

        await load.StopAsync();
        Assert.True(load.Failures.Count == 0, string.Join(Environment.NewLine, load.Failures));
        Assert.True(load.Succeeded > 200, $"only {load.Succeeded} calls");

        async Task ReplaceAsync(int index, string program)
        {
            await cluster.StopAsync(index);
            await (await cluster.RestartAsync(index, program)).UntilReadyAsync(); // as orchestrators wait before they stop the next one
            await cluster.UntilAllSeeAsync(2);
        }
    }

    /// <summary>Calls at either door are answered by workers of both, with a session too, and commands reach both.</summary>
    private static async Task ServeEachOtherAsync(ClusterUnderTest cluster, ClusterClient client)
    {
        foreach (var door in cluster.Silos)
        {
            foreach (var worker in cluster.Silos)
            {
                await door.SeeAsync(
                    async () => (await door.CallAsync("sleep", new { seconds = 0.05 })).Headers.GetValueOrDefault("Snakepit-Worker", ""),
                    name => name.StartsWith($"default@{worker.Name}#", StringComparison.Ordinal),
                    $"a call at its door is answered by {worker.Name}",
                    ClusterUnderTest.Limit);
            }

            var options = new ToolCallOptions { SessionId = $"session-of-{door.Name}" };
            await AssertServesAsync(door, options.SessionId);
            Assert.InRange(await client.Tools.ExecuteAsync<int>("pid", options: options), 1, int.MaxValue);
            Assert.Equal(2, (await door.PoolAsync())["shards"]!.AsArray().Count);
        }

        foreach (var door in cluster.Silos)
        {
            var recycled = await SnakepitCommand.RunAsync("recycle", "--pool", "default", "--url", $"{door.Url}");
            Assert.True(recycled.Code == 0, recycled.Errors);
        }
    }

    private static async Task AssertServesAsync(SiloUnderTest door, string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/pools/default/tools/pid", UriKind.Relative));
        request.Headers.Add("Snakepit-Session", session);
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await door.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
    }
}
