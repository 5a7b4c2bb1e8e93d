using System.Net;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Threads;

/// <summary>
/// One silo whose workers run several calls at once: a pool whose worker is never killed, one for kills, and one that cannot start.
/// </summary>
public sealed class ThreadSilo : IAsyncLifetime
{
    public const int Threads = 16;

    public SiloUnderTest Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Silo = SiloUnderTest.Start(
        [
            Lifecycle.Pools.With(
                SiloUnderTest.Pool("threaded.Threaded", size: 1),
                new { WorkerProfile = "thread", ThreadsPerWorker = Threads, CancelGrace = "60s" }),
            Lifecycle.Pools.With(
                SiloUnderTest.Pool("threaded.Threaded", size: 1, name: "killed"),
                new { WorkerProfile = "thread", ThreadsPerWorker = 4, DumpGrace = "2s" }),
            Lifecycle.Pools.With(
                SiloUnderTest.Pool("basic.Basic", size: 1, name: "refused"),
                new { WorkerProfile = "thread", ThreadsPerWorker = Threads }),
        ]);
        await Silo.SeeAsync(
            async () => await Silo.TryGetAsync("health/ready") == HttpStatusCode.OK ? await Silo.StatusAsync() : null,
            status => status is not null
                && SiloUnderTest.Workers(status).Count(worker => worker["state"]!.GetValue<string>() == "Ready") == 2,
            "the workers of both pools that serve are ready",
            ClusterUnderTest.Limit);
    }

    public async ValueTask DisposeAsync() => await Silo.DisposeAsync();
}
