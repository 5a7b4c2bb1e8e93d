using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class RollingRestartTests(SharedPostgres postgres)
{
    [Fact]
    public async Task A_rolling_restart_of_three_silos_under_steady_load_fails_no_call()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 2)], "ShutdownDelay=2s");
        await using var client = await cluster.ConnectAsync();
        await using var balancer = new LoadBalancer(cluster.Silos.Select(silo => silo.Url));
        await using var load = new SteadyLoad();
        load.AddCallers(3, client.Tools);
        load.AddCallers(3, balancer);

        for (var index = 0; index < 3; index++)
        {
            await cluster.StopAsync(index);
            await (await cluster.RestartAsync(index)).UntilReadyAsync(); // as orchestrators wait before they stop the next one
            await cluster.UntilAllSeeAsync(3);
        }

        await load.StopAsync();
        Assert.True(load.Failures.Count == 0, string.Join(Environment.NewLine, load.Failures));
        Assert.True(load.Succeeded > 200, $"only {load.Succeeded} calls");
    }
}
