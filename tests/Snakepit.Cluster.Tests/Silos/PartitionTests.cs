using System.Diagnostics;
using System.Net;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>A host that is cut off from all others without a word, and comes back.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class PartitionTests(ITestOutputHelper report)
{
    /// <summary>The exit code of a silo that was declared dead.</summary>
    private const int Lost = 4;

    private static readonly TimeSpan Partition = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_silo_that_was_cut_off_ends_when_it_learns_that_it_is_dead_and_comes_back_as_another()
    {
        // Without hosts the silo stands still instead, which is the same to the others and to itself.
        await using var hosts = await NetworkHosts.TryStartAsync(2);
        await using var database = await (hosts is null
            ? PostgresServer.StartNewAsync()
            : PostgresServer.StartNewAsync(hosts.OwnAddress));
        await using var cluster = await ClusterUnderTest.StartAsync(
            database, silos: 2, hosts, pools: null, "Cluster:AllowInsecure=true", "Http:AllowAnonymous=true");
        var (here, away) = (cluster.Silos[0], cluster.Silos[1]);
        var workers = cluster.WorkerProcesses(0);

        await CutAsync();
        TimeSpan? gone = null;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Partition;)
        {
            Assert.Equal(HttpStatusCode.OK, (await here.CallAsync("pid")).Status);
            if (gone is null && await cluster.ActiveSilosAsync() is [_])
                gone = clock.Elapsed;
        }

        report.WriteLine($"{(hosts is null ? "stood still" : "cut off")}: dead after {gone?.TotalSeconds:0.0} s");
        Assert.True(gone is not null, "the cut off silo was still active");
        Assert.False(away.HasExited, "a silo that reaches nobody cannot know");
        await HealAsync();
        await away.ExitAsync(ClusterUnderTest.Limit);

        Assert.True(away.ExitCode == Lost, $"code {away.ExitCode}\n{away.Output}");
        Assert.Empty(cluster.WorkerProcesses(1));
        Assert.Contains("have declared this one dead", away.Output, StringComparison.Ordinal);
        await cluster.RestartAsync(1); // as a process manager does
        await cluster.UntilAllSeeAsync(2);
        Assert.Equal(workers, cluster.WorkerProcesses(0));

        Task CutAsync()
        {
            if (hosts is not null)
                return hosts.CutAsync(1);
            cluster.Pause(1);
            return Task.CompletedTask;
        }

        Task HealAsync()
        {
            if (hosts is not null)
                return hosts.HealAsync(1);
            cluster.Resume(1);
            return Task.CompletedTask;
        }
    }
}
