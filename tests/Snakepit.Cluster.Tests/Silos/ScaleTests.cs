using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Pools that people make larger and smaller while they run.</summary>
public sealed class ScaleTests(SharedPostgres postgres) : IDisposable
{
    private readonly string _gate = Path.Combine(Path.GetTempPath(), $"snakepit-test-gate-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_gate);

    [Fact]
    public async Task A_pool_grows_and_shrinks_on_every_silo_without_losing_a_call_and_keeps_its_size_over_a_restart()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);

        var grown = await ScaledAsync("--size", "3", "--url", $"{first.Url}");
        Assert.Equal(
            cluster.Silos.Select(silo => $"{silo.Name} keeps 3 workers.").Order(StringComparer.Ordinal),
            grown.Output.TrimEnd().Split('\n'));
        await UntilWorkersAreAsync(cluster, 0, 3);
        await UntilWorkersAreAsync(cluster, 1, 3);
        var running = Enumerable.Range(0, 3).Select(_ => second.CallAsync("wait_for", new { path = _gate })).ToList();
        await second.SeeAsync(() => ShardAsync(second), shard => shard["running"]!.GetValue<int>() == 3, "three calls run");

        var shrunk = await ScaledAsync("--size", "1", "--silo", second.Name, "--url", $"{first.Url}");
        Assert.Equal((0, $"{second.Name} keeps 1 worker.\n", ""), shrunk);
        Assert.Equal(3, cluster.WorkerProcesses(1).Count);
        await File.WriteAllTextAsync(_gate, "");
        Assert.All(await Task.WhenAll(running), call => Assert.Equal(HttpStatusCode.OK, call.Status));
        await UntilWorkersAreAsync(cluster, 1, 1);

        await cluster.StopAsync(0);
        first = await cluster.RestartAsync(0);
        await cluster.UntilAllSeeAsync(2);
        await UntilWorkersAreAsync(cluster, 0, 3);
        await Eventually.SeeAsync(
            () => SnakepitCommand.RunAsync("status", "--url", $"{first.Url}"),
            status => status.Output.Contains($"{first.Name}: scaled to 3 workers (PoolSize is 1)", StringComparison.Ordinal));

        await ScaledAsync("--reset", "--url", $"{first.Url}");
        await UntilWorkersAreAsync(cluster, 0, 1);
    }

    [Fact]
    public async Task What_cannot_be_scaled_is_said()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        (string Says, string[] Arguments)[] orders =
        [
            ("allowed is 1 to 1000", ["default", "--size", "0"]),
            ("There is no pool 'nosuch'", ["nosuch", "--size", "2"]),
            ("There is no silo 'nowhere' in the cluster. Its silos: ", ["default", "--size", "2", "--silo", "nowhere"]),
            ("Expected either --size N or --reset.", ["default"]),
        ];

        foreach (var (says, arguments) in orders)
        {
            var (code, _, errors) = await SnakepitCommand.RunAsync(["scale", .. arguments, "--url", $"{silo.Url}"]);
            Assert.Equal(1, code);
            Assert.Contains(says, errors, StringComparison.Ordinal);
        }

        Assert.Single(await silo.WorkerPidsAsync());
    }

    private static Task UntilWorkersAreAsync(ClusterUnderTest cluster, int index, int count) => cluster.Silos[index].SeeAsync(
        async () => (Processes: cluster.WorkerProcesses(index).Count,
            Ready: (await ShardAsync(cluster.Silos[index]))["workers"]!.AsArray()
                .Count(worker => worker!["state"]!.GetValue<string>() == "Ready")),
        seen => seen.Processes == count && seen.Ready == count,
        $"{count} workers live",
        ClusterUnderTest.Limit);

    /// <summary>Scales the pool. A silo that was too busy to answer is asked again.</summary>
    private static Task<(int Code, string Output, string Errors)> ScaledAsync(params string[] arguments) =>
        Eventually.SeeAsync(() => SnakepitCommand.RunAsync(["scale", "default", .. arguments]), done => done.Code == 0);

    /// <summary>The silo's own shard of the pool.</summary>
    private static async Task<JsonNode> ShardAsync(SiloUnderTest silo) =>
        (await silo.PoolAsync())["shards"]!.AsArray().Single(shard => shard!["silo"]!.GetValue<string>() == silo.Name)!;
}
