using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class IdleWorkerTests
{
    /// <summary>The thread pool lets idle threads go after about 20 s; a parent-death signal tied to one of them would fire then.</summary>
    private static readonly TimeSpan Idleness = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Workers_started_under_load_survive_ninety_seconds_of_idleness()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 4)]);
        await silo.SeeAsync(() => silo.TryGetAsync("health/ready"), status => status == HttpStatusCode.OK, "a worker is ready");
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => silo.CallAsync("add", new { a = 1, b = 1 })));
        await silo.UntilReadyAsync();
        var pids = await silo.WorkerPidsAsync();
        var idleSince = TimeProvider.System.GetTimestamp();

        await Eventually.HoldsAsync(
            () => pids.All(HostProcess.IsAlive)
                ? TimeProvider.System.GetElapsedTime(idleSince) > Idleness
                : throw new InvalidOperationException(
                    $"A worker died after {TimeProvider.System.GetElapsedTime(idleSince)}.\n{silo.Output}"),
            Idleness + Eventually.Limit);

        Assert.Equal(pids, await silo.WorkerPidsAsync());
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
    }
}
