using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>Fresh workers for old ones, with real processes.</summary>
public sealed class RecyclingTests
{
    private const int Callers = 16;
    private const int Size = 4;
    private const int Requests = 50;

    /// <summary>A worker that is due serves until its successor is ready; on average not more than this.</summary>
    private const int RequestsAtMost = 60;

    [Fact, Trait("Speed", "Slow")]
    public async Task Workers_that_are_replaced_under_load_lose_no_call_and_run_none_twice()
    {
        var calls = int.Parse(Environment.GetEnvironmentVariable("SNAKEPIT_TEST_RECYCLE_CALLS") ?? "1500", CultureInfo.InvariantCulture);
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pool(Size, new { WorkerMaxRequests = Requests, RecycleJitter = 0, RecycleCpuShare = 1 })]);
        var path = Path.Combine(silo.Folder, "calls");
        await using var watch = PoolWatch.Over(silo);

        var numbers = -1;
        var failures = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(async seed =>
        {
            var (failed, random) = (new List<string>(), new Random(seed));
            while (Interlocked.Increment(ref numbers) is var number && number < calls)
            {
                // Callers that outrun the replacements wait for them, whatever the machine: so every worker is replaced in its time.
                await Eventually.HoldsAsync(
                    () => !watch.SomeAreDue || number < RequestsAtMost * (watch.Recycled + Size), TimeSpan.FromSeconds(90));
                var answer = await silo.CallAsync("note", new { path, number, seconds = random.NextDouble() / 10 });
                if (answer.Status != HttpStatusCode.OK || answer.Body != number.ToString(CultureInfo.InvariantCulture))
                    failed.Add(answer.Body);
            }

            return failed;
        }))).SelectMany(failed => failed).ToList();

        Assert.Empty(failures);
        var ran = (await File.ReadAllLinesAsync(path)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(0, calls), ran.Order());
        var pool = await silo.PoolAsync();
        Assert.Equal(
            (calls, calls, 0),
            (pool["requests"]!.GetValue<int>(), pool["succeeded"]!.GetValue<int>(), pool["workerDeaths"]!.GetValue<int>()));
        Assert.InRange(pool["recycled"]!.GetValue<int>(), (calls / RequestsAtMost) - Size - 1, calls / Requests);
        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls, {pool["recycled"]} replacements");
        Assert.Equal(Size, watch.LeastReady);
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
            "a worker is replaced",
            TimeSpan.FromSeconds(90));

        Assert.Equal(0, pool["errors"]!.GetValue<int>());
        await silo.SeesAsync("(Memory)");
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
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pool(size: 1, new { MemoryGrowthFactor = 1.5 }, adapter: "ageing.Heavy")]);

        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("leak", new { megabytes = 150 })).Status);

        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 1, "the worker is replaced");
    }

    [Fact]
    public async Task A_limit_below_what_a_fresh_worker_needs_fails_the_pool_and_says_both_numbers()
    {
        await using var silo = SiloUnderTest.Start([Pool(size: 1, new { MemoryThresholdMb = 100 }, adapter: "ageing.Heavy")]);

        var pool = await silo.SeeAsync(
            async () => await silo.TryGetAsync("health/live") == HttpStatusCode.OK ? await silo.PoolAsync() : null,
            pool => pool?["state"]!.GetValue<string>() == "Failed",
            "the pool has failed");

        Assert.Matches(
            "uses [0-9]+ MB right after its start, MemoryThresholdMb is 100", pool!["shards"]![0]!["reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_adapter_gets_the_fresh_process_that_it_asks_for()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);

        var old = (await silo.CallAsync("tired")).Body;

        await silo.SeeAsync(async () => (await silo.CallAsync("pid")).Body, pid => pid != old, "another process answers");
        await silo.SeesAsync("asks for a fresh process: the model is stale");
        await silo.SeesAsync("(Adapter)");
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
        await using var watch = PoolWatch.Over(silo);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => silo.CallAsync("sleep", new { seconds = 0.3 })));

        await silo.SeeAsync(
            () => silo.PoolAsync(), pool => pool["recycled"]!.GetValue<int>() == 8, "all are replaced", TimeSpan.FromSeconds(60));
        Assert.Equal(8, watch.LeastReady);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_replaced_and_what_does_is_named()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);
        (string Worker, string Because)[] workers =
        [
            ("nothing@nowhere#0", "is not of pool"),
            ("default", "is no worker; expected pool@silo#slot"),
            ("default@nowhere#0.1", $"There is no silo 'nowhere' in the cluster. Its silos: {silo.Name}."),
            ($"default@{silo.Name}#3", $"There is no worker 'default@{silo.Name}#3'. Did you mean 'default@{silo.Name}#0'?"),
            ($"default@{silo.Name}#0.7", $"is not there any more; in its place is 'default@{silo.Name}#0.1'"),
        ];

        foreach (var (worker, because) in workers)
        {
            var refused = await silo.PostAsync($"v1/pools/default/recycle?worker={Uri.EscapeDataString(worker)}", "");
            Assert.Contains(because, refused.Detail, StringComparison.Ordinal);
        }

        var answer = await silo.PostAsync("v1/pools/other/recycle", "");

        Assert.Equal((HttpStatusCode.NotFound, "pool_not_found"), (answer.Status, answer.Code));
        Assert.Contains("There is no pool 'other' in the cluster. Known pools: default.", answer.Detail, StringComparison.Ordinal);
    }

    private static JsonObject Pool(int size, object? options = null, string adapter = "ageing.Ageing") =>
        Pools.With(SiloUnderTest.Pool(adapter, size), options);
}
