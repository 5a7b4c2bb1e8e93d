using System.Collections.Concurrent;
using System.Diagnostics;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>A silo that joins under load.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class NewcomerTests(SharedPostgres postgres)
{
    /// <summary>The promise of docs/routing.md.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    private const int Callers = 4;

    [Fact]
    public async Task Within_ten_seconds_every_frontend_uses_a_new_silo_and_it_has_its_share_of_the_calls()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1, [SiloUnderTest.Pool(size: 3)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        await using var other = await cluster.ConnectAsync(gateways: 0);
        using var stop = new CancellationTokenSource();
        Frontend[] frontends =
        [
            new(async () => (await client.Tools.ExecuteAsync("sleep", new { seconds = 0.1 })).Worker, stop.Token),
            new(async () => (await other.Tools.ExecuteAsync("sleep", new { seconds = 0.1 })).Worker, stop.Token),
            new(async () => (await cluster.Silos[0].CallAsync("sleep", new { seconds = 0.1 })).Headers["Snakepit-Worker"], stop.Token),
        ];

        var newcomer = cluster.Add();
        await newcomer.UntilReadyAsync();
        var clock = Stopwatch.StartNew();
        // Twelve callers for six places: both silos always have work, so each does half of it.
        await newcomer.SeeAsync(
            () => Task.FromResult(Array.ConvertAll(frontends, frontend => frontend.ShareOf(newcomer))),
            shares => shares.Average() >= 0.4 && shares.All(share => share > 0),
            "each frontend uses the new silo, and it has its share",
            ClusterUnderTest.Limit);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Promised);
        await stop.CancelAsync();
        await Task.WhenAll(frontends.Select(frontend => frontend.EndAsync()));
    }

    /// <summary>Callers that note who answers.</summary>
    private sealed class Frontend
    {
        private const int Window = 20;

        private readonly ConcurrentQueue<string> _latest = new();
        private readonly Task[] _callers;

        public Frontend(Func<Task<string>> call, CancellationToken stop) => _callers =
        [
            .. Enumerable.Range(0, Callers).Select(async _ =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _latest.Enqueue(await call());
                    if (_latest.Count > Window)
                        _latest.TryDequeue(out var _);
                }
            }),
        ];

        /// <summary>How many of the latest answers came from this silo, 0 to 1.</summary>
        public double ShareOf(SiloUnderTest silo)
        {
            var workers = _latest.ToArray();
            return workers.Count(worker => worker.StartsWith($"default@{silo.Name}#", StringComparison.Ordinal))
                / (double)Math.Max(1, workers.Length);
        }

        public Task EndAsync() => Task.WhenAll(_callers).WithinAsync(Eventually.Limit);
    }
}
