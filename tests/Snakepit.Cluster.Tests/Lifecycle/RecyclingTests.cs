using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>Fresh workers for old ones, with real processes.</summary>
public sealed class RecyclingTests
{
    private const int Callers = 16;

    [Fact, Trait("Speed", "Slow")]
    public async Task Workers_that_are_replaced_under_load_lose_no_call_and_run_none_twice()
    {
        var calls = int.Parse(Environment.GetEnvironmentVariable("SNAKEPIT_TEST_RECYCLE_CALLS") ?? "8000", CultureInfo.InvariantCulture);
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 4, new { WorkerMaxRequests = 50 })]);
        var path = Path.Combine(silo.Folder, "calls");
        using var done = new CancellationTokenSource();
        var leastReady = WatchCapacityAsync(silo, done.Token);
        var enough = silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<long>() >= 5, "five workers are replaced", TimeSpan.FromSeconds(90));

        var numbers = -1;
        var failures = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            var failed = new List<string>();
            while (Interlocked.Increment(ref numbers) is var number && (number < calls || !enough.IsCompleted))
            {
                var answer = await silo.CallAsync("note", new { path, number });
                if (answer.Status != HttpStatusCode.OK || answer.Body != number.ToString(CultureInfo.InvariantCulture))
                    failed.Add(answer.Body);
            }

            return failed;
        }))).SelectMany(failed => failed).ToList();
        await done.CancelAsync();

        await enough;
        Assert.Empty(failures);
        var ran = (await File.ReadAllLinesAsync(path)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
        Assert.True(ran.Count >= calls, $"{ran.Count} calls ran");
        Assert.Equal(ran.Count, ran.Distinct().Count());
        var pool = await silo.PoolAsync();
        Assert.Equal((ran.Count, ran.Count, 0), (pool["requests"]!.GetValue<int>(), pool["succeeded"]!.GetValue<int>(), pool["workerDeaths"]!.GetValue<int>()));
        Assert.Equal(4, await leastReady);
    }

    [Fact]
    public async Task A_worker_that_leaks_is_replaced_before_its_limit_and_no_call_fails()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1, new { MemoryThresholdMb = 150 })]);

        var pool = await silo.SeeAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("leak", new { megabytes = 1 })).Status);
                return await silo.PoolAsync();
            },
            pool => pool["recycled"]!.GetValue<int>() >= 1,
            "a worker is replaced");

        Assert.Equal(0, pool["errors"]!.GetValue<int>());
        Assert.Contains("(Memory)", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_memory_of_a_workers_children_counts()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1, new { MemoryThresholdMb = 200 })]);

        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("feed_child", new { megabytes = 180 })).Status);

        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 1, "the worker is replaced");
    }

    [Fact]
    public async Task Growth_is_measured_from_what_the_worker_had_when_it_was_fresh()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1, new { MemoryGrowthFactor = 1.5 }, adapter: "ageing.Heavy")]);

        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("leak", new { megabytes = 150 })).Status);

        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 1, "the worker is replaced");
    }

    [Fact]
    public async Task A_limit_below_what_a_fresh_worker_needs_fails_the_pool_and_says_both_numbers()
    {
        await using var silo = SiloUnderTest.Start([Pool(size: 1, new { MemoryThresholdMb = 100 }, adapter: "ageing.Heavy")]);

        var pool = await silo.SeeAsync(
            async () => await silo.TryGetAsync("health/live") == HttpStatusCode.OK ? await silo.PoolAsync() : null, pool => pool?["state"]!.GetValue<string>() == "Failed", "the pool has failed");

        Assert.Matches("uses [0-9]+ MB right after its start, MemoryThresholdMb is 100", pool!["shards"]![0]!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_adapter_gets_the_fresh_process_that_it_asks_for()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);

        var old = (await silo.CallAsync("tired")).Body;

        await silo.SeeAsync(async () => (await silo.CallAsync("pid")).Body, pid => pid != old, "another process answers");
        Assert.Contains("asks for a fresh process: the model is stale", silo.Output, StringComparison.Ordinal);
        Assert.Contains("(Adapter)", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_in_flight_is_finished_by_the_old_worker_while_the_new_one_serves()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1, adapter: "basic.Basic")]);
        var gate = Path.Combine(silo.Folder, "gate");
        var running = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the call runs");

        var answer = await silo.PostAsync("v1/pools/default/recycle", "");

        Assert.Equal(1, answer.Json["marked"]!.GetValue<int>());
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 1, "the successor serves");
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        await silo.SeeAsync(() => silo.WorkerPidsAsync(), pids => pids.Count == 1, "the old one is gone");
        Assert.Equal(0, (await silo.PoolAsync())["workerDeaths"]!.GetValue<int>());
    }

    [Fact]
    public async Task Workers_at_their_limit_together_are_replaced_one_after_the_other()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 8, new { WorkerMaxRequests = 1, RecycleJitter = 0 })]);
        using var done = new CancellationTokenSource();
        var leastReady = WatchCapacityAsync(silo, done.Token);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => silo.CallAsync("sleep", new { seconds = 0.3 })));

        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 8, "all are replaced", TimeSpan.FromSeconds(60));
        await done.CancelAsync();
        Assert.Equal(8, await leastReady);
    }

    [Theory]
    [InlineData("nothing@nowhere#0", "is not of pool")]
    [InlineData("default", "is not a worker key")]
    [InlineData("default@nowhere#0.1", "is not in the cluster")]
    public async Task A_worker_that_does_not_exist_cannot_be_replaced(string worker, string because)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);

        var answer = await silo.PostAsync($"v1/pools/default/recycle?worker={Uri.EscapeDataString(worker)}", "");

        Assert.Contains(because, answer.Detail, StringComparison.Ordinal);
    }

    /// <summary>The lowest number of ready workers that status ever showed.</summary>
    private static async Task<int> WatchCapacityAsync(SiloUnderTest silo, CancellationToken until)
    {
        var least = int.MaxValue;
        do
        {
            least = Math.Min(least, (await silo.PoolAsync())["capacity"]!.GetValue<int>());
            await Task.Yield();
        }
        while (!until.IsCancellationRequested);
        return least;
    }

    private static JsonObject Pool(int size, object? options = null, string adapter = "ageing.Ageing") => Pools.With(SiloUnderTest.Pool(adapter, size), options);
}
