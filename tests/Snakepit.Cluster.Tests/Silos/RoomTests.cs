using Snakepit.Client;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>No call waits on one silo while a worker is free on another.</summary>
public sealed class RoomTests(SharedPostgres postgres)
{
    [Fact]
    public async Task Calls_at_one_silos_door_use_the_workers_of_all()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 2)]);
        var gate = Path.Combine(cluster.Silos[0].Folder, "gate");

        var calls = Enumerable.Range(0, 6).Select(_ => cluster.Silos[0].CallAsync("wait_for", new { path = gate })).ToList();
        await cluster.Silos[0].SeeAsync(
            () => LoadsAsync(cluster.Silos[0]), loads => loads.Count(load => load == 1) == 6, "every worker has one of the calls");
        await File.WriteAllTextAsync(gate, "");
        var answers = await Task.WhenAll(calls);

        Assert.Equal(6, answers.Select(answer => answer.Headers["Snakepit-Worker"]).Distinct().Count());
    }

    [Fact]
    public async Task A_frontend_that_knows_one_gateway_uses_the_workers_of_all()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 2)]);
        await using var client = await cluster.ConnectAsync(gateways: 2);
        var gate = Path.Combine(cluster.Silos[0].Folder, "gate");

        var calls = Enumerable.Range(0, 6).Select(_ => client.Tools.ExecuteAsync("wait_for", new { path = gate })).ToList();
        await cluster.Silos[0].SeeAsync(
            () => LoadsAsync(cluster.Silos[0]), loads => loads.Count(load => load == 1) == 6, "every worker has one of the calls");
        await File.WriteAllTextAsync(gate, "");
        var results = await Task.WhenAll(calls);

        Assert.Equal(6, results.Select(result => result.Worker).Distinct().Count());
    }

    [Fact]
    public async Task Silos_of_uneven_sizes_are_filled_by_a_frontend_that_knows_the_small_one_and_empty_their_queues_together()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1, [SiloUnderTest.Pool(size: 1)]);
        var large = cluster.Add("Pools:0:PoolSize=3");
        await cluster.UntilAllSeeAsync(2);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var (gate, small) = (Path.Combine(cluster.Silos[0].Folder, "gate"), cluster.Silos[0]);

        // All four run at once, and as many wait; those that wait at the small silo's door are not left to its one worker.
        var calls = Enumerable.Range(0, 4).Select(_ => client.Tools.ExecuteAsync("wait_for", new { path = gate })).ToList();
        await small.SeeAsync(() => LoadsAsync(small), loads => loads.Count(load => load == 1) == 4, "every worker has one of the calls");
        var waiting = Enumerable.Range(0, 40).Select(_ => small.CallAsync("sleep", new { seconds = 0.1 })).ToList();
        await small.SeeAsync(() => small.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 40, "40 calls wait");
        await File.WriteAllTextAsync(gate, "");
        var answers = await Task.WhenAll(waiting).WithinAsync(Eventually.Limit);

        Assert.Equal(4, (await Task.WhenAll(calls)).Select(result => result.Worker).Distinct().Count());
        Assert.All(answers, answer => Assert.Equal("\"slept\"", answer.Body));
        var byLarge = answers.Count(
            answer => answer.Headers["Snakepit-Worker"].StartsWith($"default@{large.Name}#", StringComparison.Ordinal));
        Assert.InRange(byLarge, 21, 39); // three quarters, if every worker is kept as busy as the others
    }

    [Fact]
    public async Task A_waiting_call_moves_when_room_appears_elsewhere()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        var (here, there) = (cluster.Silos[0], cluster.Silos[1]);
        var (gateHere, gateThere) = (Path.Combine(here.Folder, "here"), Path.Combine(here.Folder, "there"));
        var busyHere = here.CallAsync("wait_for", new { path = gateHere });
        await here.SeeAsync(() => LoadsAsync(here), loads => loads.Sum() == 1, "the own worker is taken");
        var busyThere = there.CallAsync("wait_for", new { path = gateThere });
        await here.SeeAsync(() => LoadsAsync(here), loads => loads.Sum() == 2, "both workers are taken");
        var waiting = here.CallAsync("pid");
        await here.SeeAsync(() => here.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 1, "the call waits");

        // Wherever it waits, the other one's worker becomes free.
        var shards = (await here.PoolAsync())["shards"]!.AsArray();
        var waitsHere = shards.Single(shard => shard!["queued"]!.GetValue<int>() == 1)!["silo"]!.GetValue<string>() == here.Name;
        await File.WriteAllTextAsync(waitsHere ? gateThere : gateHere, "");
        var answer = await waiting.WithinAsync(Eventually.Limit);

        Assert.StartsWith($"default@{(waitsHere ? there : here).Name}#", answer.Headers["Snakepit-Worker"], StringComparison.Ordinal);
        await here.SeeAsync(() => here.PoolAsync(), pool => pool["moved"]!.GetValue<long>() == 1, "one call has moved");
        Assert.False((waitsHere ? busyHere : busyThere).IsCompleted);
        await File.WriteAllTextAsync(waitsHere ? gateHere : gateThere, "");
        Assert.All(await Task.WhenAll(busyHere, busyThere), done => Assert.Equal("\"opened\"", done.Body));
    }

    [Fact]
    public async Task A_sessions_calls_wait_where_the_session_is()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync();
        var gate = Path.Combine(cluster.Silos[0].Folder, "gate");
        var session = new ToolCallOptions { SessionId = "s" };
        var first = client.Tools.ExecuteAsync("wait_for", new { path = gate }, session);
        await cluster.Silos[0].SeeAsync(() => LoadsAsync(cluster.Silos[0]), loads => loads.Sum() == 1, "the session's worker is taken");

        var second = client.Tools.ExecuteAsync("pid", options: session);
        await cluster.Silos[0].SeeAsync(
            () => cluster.Silos[0].PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 1, "the second call waits");
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal((await first).Worker, (await second).Worker);
    }

    private static async Task<int[]> LoadsAsync(SiloUnderTest silo) =>
        [.. SiloUnderTest.Workers(await silo.StatusAsync()).Select(worker => worker["load"]!.GetValue<int>())];
}
