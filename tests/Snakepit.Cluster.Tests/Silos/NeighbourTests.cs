using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>A shard belongs to its silo: neither its neighbours' lives nor its own grain's activation matter to it.</summary>
public sealed class NeighbourTests(SharedPostgres postgres)
{
    [Fact]
    public async Task Departures_deaths_and_returns_of_neighbours_leave_a_shard_and_its_workers_alone()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 2)]);
        await using var client = await cluster.ConnectAsync();
        var workers = cluster.WorkerProcesses(0).Order().ToArray();
        Assert.Equal(2, workers.Length);

        foreach (var (neighbour, killed) in new[] { (1, false), (2, true), (1, true), (2, false) })
        {
            if (killed)
                await cluster.KillAsync(neighbour);
            else
                await cluster.StopAsync(neighbour);
            await cluster.UntilAllSeeAsync(2);
            for (var i = 0; i < 10; i++)
                await client.Tools.ExecuteAsync("pid", options: new ToolCallOptions { Idempotent = true });
            await cluster.RestartAsync(neighbour);
            await cluster.UntilAllSeeAsync(3);

            Assert.Equal(workers, cluster.WorkerProcesses(0).Order());
        }

        Assert.Equal(workers, (await cluster.Silos[0].WorkerPidsAsync()).Intersect(workers).Order());
        Assert.All(new[] { 1, 2 }, neighbour => Assert.Equal(2, cluster.WorkerProcesses(neighbour).Count));
    }

    [Fact]
    public async Task Activations_of_the_shards_grain_may_go_without_any_effect()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync();
        var management = client.Services.GetRequiredKeyedService<IClusterClient>("snakepit").GetGrain<IManagementGrain>(0);
        var workers = Enumerable.Range(0, 2).Select(index => Assert.Single(cluster.WorkerProcesses(index))).ToArray();
        var running = client.Tools.ExecuteAsync<string>("sleep", new { seconds = 3 });

        for (var i = 0; i < 3; i++)
        {
            await management.ForceActivationCollection(TimeSpan.Zero);
            Assert.Contains(await client.Tools.ExecuteAsync<int>("pid"), workers);
        }

        Assert.Equal("slept", await running);
        Assert.Equal(workers, Enumerable.Range(0, 2).Select(index => Assert.Single(cluster.WorkerProcesses(index))));
    }
}
