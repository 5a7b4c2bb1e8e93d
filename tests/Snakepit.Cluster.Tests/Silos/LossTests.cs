using System.Diagnostics;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Who is lost is membership's word, never silence's.</summary>
public sealed class LossTests(SharedPostgres postgres)
{
    /// <summary>Longer than a shard may be silent before routers avoid it, shorter than membership waits.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private static readonly ToolCallOptions Minute = new() { Timeout = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task A_call_on_a_silo_that_is_silent_for_a_while_on_a_busy_host_is_not_lost()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var running = await BusyOnAsync(cluster, client, index: 1, seconds: 8);

        using var busy = new BusyProcessors();
        cluster.Pause(1);
        for (var silence = Stopwatch.StartNew(); silence.Elapsed < Silence;)
        {
            // At the other silo's own door: a view may still show room on the silent one, where this call would wait.
            Assert.Equal(System.Net.HttpStatusCode.OK, (await cluster.Silos[0].CallAsync("pid")).Status);
            Assert.False(running.IsCompleted, "the call was given up");
        }

        cluster.Resume(1);

        Assert.Equal("slept", await running.WithinAsync(Eventually.Limit));
        Assert.Equal(2, (await cluster.ActiveSilosAsync()).Length);
    }

    [Fact]
    public async Task A_silo_that_comes_back_under_its_name_is_another_one()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var running = await BusyOnAsync(cluster, client, index: 1, seconds: 50);

        await cluster.KillAsync(1);
        await cluster.RestartAsync(1);
        // The caller keeps asking for views by calling; the other silo has nothing to do with it.
        await cluster.Silos[0].SeeAsync(
            async () =>
            {
                await client.Tools.ExecuteAsync("pid", options: Minute);
                return running.IsCompleted;
            },
            ended => ended,
            "the call to the silo that died has ended",
            ClusterUnderTest.Limit);

        var error = await Assert.ThrowsAsync<SnakepitException>(() => running);
        Assert.Equal((SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), (error.Code, error.Outcome));
        await cluster.UntilAllSeeAsync(2);
        await cluster.Silos[0].SeeAsync(
            async () => (await client.Tools.ExecuteAsync("pid", options: Minute)).Worker,
            worker => worker.Contains(cluster.Silos[1].Name, StringComparison.Ordinal),
            "the silo that is back gets calls");
    }

    [Fact]
    public async Task Idempotent_calls_of_a_killed_silo_run_elsewhere_and_the_other_silo_keeps_its_workers()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 2)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var (living, pids) = (cluster.Silos[0], cluster.WorkerProcesses(0));
        var gate = Path.Combine(living.Folder, "gate");
        var calls = Enumerable.Range(0, 4).Select(number => client.Tools.ExecuteAsync<string>(
            "wait_for", new { path = gate, begun = Begun(number) }, Minute with { Idempotent = true })).ToList();
        await Eventually.HoldsAsync(() => Enumerable.Range(0, 4).All(number => File.Exists(Begun(number))), ClusterUnderTest.Limit);

        await cluster.KillAsync(1);
        await living.SeeAsync(
            () => living.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 2, "two calls came here", ClusterUnderTest.Limit);
        await File.WriteAllTextAsync(gate, "");

        Assert.All(await Task.WhenAll(calls).WithinAsync(ClusterUnderTest.Limit), answer => Assert.Equal("opened", answer));
        Assert.Equal([1, 1, 2, 2], Enumerable.Range(0, 4).Select(number => File.ReadAllLines(Begun(number)).Length).Order());
        Assert.Equal(pids, cluster.WorkerProcesses(0));

        string Begun(int number) => Path.Combine(living.Folder, $"begun-{number}");
    }

    [Fact]
    public async Task A_client_that_was_idle_while_a_silo_left_calls_none_that_is_gone()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        await client.Tools.ExecuteAsync("pid");

        // One after the other: of three silos two have to agree that one is dead.
        foreach (var (gone, left) in new[] { (1, 2), (2, 1) })
        {
            await cluster.KillAsync(gone);
            await cluster.Silos[0].SeeAsync(
                cluster.ActiveSilosAsync, active => active.Length == left, "it is gone for the cluster", ClusterUnderTest.Limit);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.StartsWith(
                $"default@{cluster.Silos[0].Name}#", (await client.Tools.ExecuteAsync("pid")).Worker, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_budget_is_kept_also_while_no_silo_answers()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        await using var client = await cluster.ConnectAsync();
        cluster.Pause(0);

        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => client.Tools.ExecuteAsync("pid", options: new ToolCallOptions { Timeout = TimeSpan.FromSeconds(1) })
                .WithinAsync(TimeSpan.FromSeconds(20))); // the framework gives up after 30 s

        cluster.Resume(0);
        Assert.Equal((SnakepitErrorCode.DeadlineExceeded, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains("budget of 1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_as_long_as_there_is_one_is_taken()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        await using var client = await cluster.ConnectAsync();

        Assert.Equal(
            2, await client.Tools.ExecuteAsync<double>("add", new { a = 1, b = 1 }, new ToolCallOptions { Timeout = TimeSpan.MaxValue }));
    }

    [Fact]
    public async Task Status_and_calls_over_http_work_on_any_silo_whichever_one_dies()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3, [SiloUnderTest.Pool(size: 1)]);

        foreach (var dying in new[] { 0, 1, 2 })
        {
            var living = cluster.Silos.Where((_, index) => index != dying).ToArray();
            await cluster.KillAsync(dying);
            // From the moment of its death until everybody has noticed.
            for (var active = 3; active > 2; active = (await cluster.ActiveSilosAsync()).Length)
            {
                foreach (var silo in living)
                {
                    Assert.Equal(System.Net.HttpStatusCode.OK, await silo.TryGetAsync("v1/status"));
                    var answer = await silo.CallAsync("add", new { a = 1, b = 2 });
                    Assert.True(answer.Status == System.Net.HttpStatusCode.OK, answer.Body);
                }
            }

            await cluster.RestartAsync(dying);
            await cluster.UntilAllSeeAsync(3);
        }
    }

    /// <summary>A thread for each processor that never waits, until disposal.</summary>
    private sealed class BusyProcessors : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _ended;

        public BusyProcessors()
        {
            _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Spin) { IsBackground = true })];
            foreach (var thread in _threads)
                thread.Start();
        }

        public void Dispose()
        {
            _ended = true;
            foreach (var thread in _threads)
                thread.Join();
        }

        private void Spin()
        {
            while (!_ended)
                Thread.SpinWait(1000);
        }
    }

    /// <summary>A call that sleeps on this silo's only worker.</summary>
    private static async Task<Task<string>> BusyOnAsync(ClusterUnderTest cluster, ClusterClient client, int index, double seconds)
    {
        var other = 1 - index;
        var gate = Path.Combine(cluster.Silos[other].Folder, "gate");
        // The other silo's worker is taken while the call finds its place.
        var taken = cluster.Silos[other].CallAsync("wait_for", new { path = gate });
        await cluster.Silos[other].SeeAsync(() => BusyAsync(cluster.Silos[other]), busy => busy == 1, "one worker is taken");
        var call = client.Tools.ExecuteAsync<string>("sleep", new { seconds }, Minute);
        await cluster.Silos[other].SeeAsync(() => BusyAsync(cluster.Silos[other]), busy => busy == 2, "both workers are taken");
        await File.WriteAllTextAsync(gate, "");
        await taken;
        return call;
    }

    private static async Task<int> BusyAsync(SiloUnderTest silo) =>
        SiloUnderTest.Workers(await silo.StatusAsync()).Sum(worker => worker["load"]!.GetValue<int>());
}
