using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Ages of workers, which reminders in the database keep. Takes as long as a reminder does at least: a minute.</summary>
public sealed class AgeTests(SharedPostgres postgres)
{
    [Fact, Trait("Speed", "Slow")]
    public async Task Each_silo_replaces_its_own_worker_once_when_its_time_is_over_also_after_a_restart()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)], "Pools:0:WorkerTtl=1m", "Pools:0:RecycleJitter=0");
        await cluster.KillAsync(1);
        await cluster.RestartAsync(1);
        await cluster.UntilAllSeeAsync(2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);

        // The worker of the silo that was restarted is younger, and the next turn of the other one comes a minute after this one.
        await second.SeeAsync(
            () => second.PoolAsync(), pool => Generations(pool, second) == "2", "its time is over", TimeSpan.FromMinutes(2.5));

        var pool = await first.PoolAsync();
        Assert.Equal(("2", 2, 0), (Generations(pool, first), pool["recycled"]!.GetValue<int>(), pool["workerDeaths"]!.GetValue<int>()));
        await first.SeesAsync("(Ttl)");
        await second.SeesAsync("(Ttl)");
    }

    private static string Generations(System.Text.Json.Nodes.JsonNode pool, SiloUnderTest silo) => string.Join(
        ' ',
        from shard in pool["shards"]!.AsArray()
        where shard!["silo"]!.GetValue<string>() == silo.Name
        from worker in shard["workers"]!.AsArray()
        select worker["generation"]!.GetValue<int>());
}
