using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Scaling;

/// <summary>Pools that follow their load, with real workers. Each test has a pool of its own.</summary>
public sealed class AutoscalingTests(AutoscalingTests.ScalingSilo shared) : IClassFixture<AutoscalingTests.ScalingSilo>, IDisposable
{
    private readonly string _gate = Path.Combine(Path.GetTempPath(), $"snakepit-test-gate-{Guid.NewGuid():N}");

    private SiloUnderTest Silo => shared.Silo;

    public void Dispose() => File.Delete(_gate);

    [Fact]
    public async Task Load_makes_a_pool_grow_to_its_largest_size_and_rest_makes_it_shrink_without_losing_a_call()
    {
        Assert.Equal(1, await SizeAsync("busy"));

        var calls = Enumerable.Range(0, 6).Select(_ => Silo.CallAsync("wait_for", new { path = _gate }, "busy")).ToList();
        await Silo.SeeAsync(() => Silo.PoolAsync("busy"), pool => pool["running"]!.GetValue<int>() == 3, "three workers run calls");
        Assert.Equal(3, await SizeAsync("busy"));
        await File.WriteAllTextAsync(_gate, "");
        Assert.All(await Task.WhenAll(calls), call => Assert.Equal(HttpStatusCode.OK, call.Status));

        await Silo.SeeAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await Silo.CallAsync("pid", pool: "busy")).Status);
                return await Silo.WorkerPidsAsync("busy");
            },
            pids => pids.Count == 1,
            "one worker is left");
        var counters = await Silo.PoolAsync("busy");
        Assert.Equal(0, counters["errors"]!.GetValue<long>() + counters["workerDeaths"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_sleeping_pool_is_ready_and_a_call_wakes_it_however_short_its_queue_time_and_then_it_sleeps_again()
    {
        await SleepsAsync("sleepy");
        Assert.Equal(HttpStatusCode.OK, await Silo.TryGetAsync("health/ready"));
        var status = (await SnakepitCommand.RunAsync("status", "--url", $"{Silo.Url}")).Output;
        Assert.Contains($"{Silo.Name}: asleep until a call comes (0 to 2 workers by load)", status, StringComparison.Ordinal);

        var first = await CallAsync("s");
        Assert.StartsWith($"sleepy@{Silo.Name}#0.", first.Headers["Snakepit-Worker"], StringComparison.Ordinal);
        await SleepsAsync("sleepy");
        var second = await CallAsync("s");

        Assert.NotEqual(first.Headers["Snakepit-Worker-Pid"], second.Headers["Snakepit-Worker-Pid"]);
        Assert.Equal(("new", "recycled"), (first.Headers["Snakepit-Session-Moved"], second.Headers["Snakepit-Session-Moved"]));
        await SleepsAsync("sleepy");
    }

    [Fact]
    public async Task The_number_of_a_person_holds_whatever_the_load_until_it_is_reset()
    {
        await SleepsAsync("manual");

        await ScaleAsync("--size", "2");
        await Silo.SeeAsync(() => Silo.WorkerPidsAsync("manual"), pids => pids.Count == 2, "two workers are there");
        await SleepsAsync("sleepy"); // the time after which this pool would sleep too has passed, unless it just began
        Assert.Equal(2, await SizeAsync("manual"));
        var status = (await SnakepitCommand.RunAsync("status", "--url", $"{Silo.Url}")).Output;
        Assert.Contains(
            $"{Silo.Name}: scaled to 2 workers (by load 0 to 4, after 'snakepit scale --reset')", status, StringComparison.Ordinal);

        await ScaleAsync("--reset");
        await SleepsAsync("manual");
    }

    private async Task<Answer> CallAsync(string session)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/pools/sleepy/tools/pid") { Content = new StringContent("{}") };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Snakepit-Session", session);
        using var response = await Silo.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return new Answer(response.StatusCode, body, response.Headers.ToDictionary(
            header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    private Task ScaleAsync(params string[] arguments) => Eventually.SeeAsync(
        () => SnakepitCommand.RunAsync(["scale", "manual", .. arguments, "--url", $"{Silo.Url}"]), done => done.Code == 0);

    private Task SleepsAsync(string pool) => Silo.SeeAsync(
        async () => (Size: await SizeAsync(pool), (await Silo.WorkerPidsAsync(pool)).Count), seen => seen == (0, 0), $"pool {pool} sleeps");

    private async Task<int> SizeAsync(string pool) => (await Silo.PoolAsync(pool))["shards"]![0]!["poolSize"]!.GetValue<int>();

    /// <summary>One silo with pools that rest for a second before they shrink.</summary>
    public sealed class ScalingSilo : IAsyncLifetime
    {
        public SiloUnderTest Silo { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Silo = await SiloUnderTest.StartReadyAsync(
            [Pool("busy", min: 1, max: 3), Pool("sleepy", min: 0, max: 2), Pool("manual", min: 0, max: 4)]);

        public async ValueTask DisposeAsync() => await Silo.DisposeAsync();

        private static JsonObject Pool(string name, int min, int max) => new()
        {
            ["Name"] = name,
            ["MinSize"] = min,
            ["MaxSize"] = max,
            ["ScaleDownAfter"] = "1s",
            ["PoolQueueTimeout"] = min == 0 ? "1ms" : "1m",
            ["AdapterModule"] = "basic.Basic",
            ["PythonPath"] = new JsonArray(Places.Adapters),
        };
    }
}
