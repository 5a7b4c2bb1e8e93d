using System.Collections.Concurrent;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>The silo that was there first dies under load and comes back. It is no more than any other.</summary>
public sealed class FirstSiloTests(SharedPostgres postgres)
{
    private const int Callers = 4;

    [Fact]
    public async Task Only_calls_that_it_had_fail_and_its_return_costs_nothing()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 2)]);
        await using var client = await cluster.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var load = new Load(client.Tools, stop.Token);
        await load.SucceedAsync(100);

        await cluster.KillAsync(0);
        await cluster.Silos[1].SeeAsync(
            cluster.ActiveSilosAsync, active => active.Length == 2, "the first silo is gone for the cluster", ClusterUnderTest.Limit);
        await load.SucceedAsync(200);
        var atDeath = load.Failures.ToArray();
        await cluster.RestartAsync(0);
        await cluster.UntilAllSeeAsync(3);
        await load.SucceedAsync(300);
        await stop.CancelAsync();
        await load.EndAsync();

        // A call that was on its way at the moment of death may have run; no caller has more than one.
        Assert.All(
            atDeath, failure => Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), (failure.Code, failure.Outcome)));
        Assert.InRange(atDeath.Length, 0, Callers);
        Assert.Equal(atDeath.Length, load.Failures.Count);
        Assert.DoesNotContain(cluster.Silos, silo => silo.HasExited);
        Assert.Equal(3, (await cluster.ActiveSilosAsync()).Length);
    }

    private sealed class Load
    {
        private readonly Task[] _callers;
        private int _succeeded;

        public Load(ISnakepitClient client, CancellationToken stop) =>
            _callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync(client, stop))];

        public ConcurrentQueue<SnakepitException> Failures { get; } = new();

        /// <summary>Waits for this many further results.</summary>
        public Task SucceedAsync(int count)
        {
            var goal = Volatile.Read(ref _succeeded) + count;
            return Eventually.HoldsAsync(() => Volatile.Read(ref _succeeded) >= goal, ClusterUnderTest.Limit);
        }

        public Task EndAsync() => Task.WhenAll(_callers).WithinAsync(Eventually.Limit);

        private async Task CallAsync(ISnakepitClient client, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.ExecuteAsync("sleep", new { seconds = 0.02 }, cancellationToken: CancellationToken.None);
                    Interlocked.Increment(ref _succeeded);
                }
                catch (SnakepitException error)
                {
                    Failures.Enqueue(error);
                }
            }
        }
    }
}
