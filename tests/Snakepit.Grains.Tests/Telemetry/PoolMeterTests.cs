using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Telemetry;

/// <summary>What shards of a silo measure.</summary>
public sealed class PoolMeterTests : IClassFixture<TwoSilos>, IDisposable
{
    private readonly TwoSilos _silos;
    private readonly HeardMeasurements _heard = new();

    public PoolMeterTests(TwoSilos silos) => _silos = silos;

    public void Dispose() => _heard.Dispose();

    [Fact]
    public async Task Each_call_is_measured_once_with_its_pool_and_its_tool()
    {
        await _silos.Client.ExecuteAsync<string>("who", options: new ToolCallOptions { Pool = "manual" });

        await HearAsync("snakepit.calls", "snakepit.outcome=succeeded snakepit.pool=manual snakepit.tool=who");
        Assert.Equal(
            [
                "snakepit.call.duration snakepit.pool=manual snakepit.tool=who",
                "snakepit.call.queue_wait snakepit.pool=manual",
                "snakepit.call.request.size snakepit.pool=manual",
                "snakepit.call.result.size snakepit.pool=manual",
                "snakepit.calls snakepit.outcome=succeeded snakepit.pool=manual snakepit.tool=who",
            ],
            _heard.All
                .Where(each => each.Instrument.StartsWith("snakepit.call", StringComparison.Ordinal)
                    && each.Tags.Contains("snakepit.pool=manual", StringComparison.Ordinal))
                .Select(each => $"{each.Instrument} {each.Tags}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_refused_call_is_measured_with_its_code_and_what_is_known_of_its_run()
    {
        await Eventually.SeeAsync(
            () => _silos.Shard(_silos.Silos[0], "broken").GetReportAsync(), report => report!.State == PoolState.Failed);

        await Assert.ThrowsAsync<SnakepitException>(
            () => _silos.Client.ExecuteAsync<string>("who", options: new ToolCallOptions { Pool = "broken" }));

        await HearAsync("snakepit.call.duration", "error.type=pool_failed snakepit.pool=broken snakepit.tool=other");
        await HearAsync(
            "snakepit.calls", "error.type=pool_failed snakepit.outcome=not_started snakepit.pool=broken snakepit.tool=other");
    }

    [Fact]
    public async Task A_start_that_fails_is_measured_as_such()
    {
        await HearAsync("snakepit.worker.start.duration", "error.type=start_failed snakepit.pool=broken");
        await HearAsync("snakepit.worker.starts", "snakepit.pool=broken");
    }

    [Fact]
    public async Task A_worker_that_is_replaced_is_counted_with_its_reason_and_the_way_it_ended()
    {
        await _silos.Shard(_silos.Silos[0], "whole").RecycleAsync(null, RecycleReason.Manual);

        await HearAsync("snakepit.worker.recycles", "snakepit.pool=whole snakepit.reason=manual");
        await HearAsync("snakepit.worker.exits", "snakepit.exit.kind=requested snakepit.pool=whole");
        await HearAsync("snakepit.worker.start.duration", "snakepit.pool=whole");
    }

    [Fact]
    public async Task A_worker_that_crashes_is_counted_and_its_slot_is_tainted()
    {
        var silo = _silos.Silos[0];
        await Eventually.SeeAsync(() => _silos.Shard(silo, "long").GetReportAsync(), report => report!.State == PoolState.Ready);

        _silos.Workers(silo).Living.First(worker => worker.Key.StartsWith("long@", StringComparison.Ordinal)).Value.Kill("of the test");

        await HearAsync("snakepit.worker.exits", "snakepit.exit.kind=error_exit snakepit.pool=long");
        await HearAsync("snakepit.worker.taints", "snakepit.pool=long");
    }

    [Fact]
    public async Task Signs_of_life_are_measured() => await HearAsync("snakepit.worker.heartbeat.duration", "snakepit.pool=pool");

    [Fact]
    public async Task Items_of_streams_are_counted_as_they_are_read()
    {
        var options = new ToolCallOptions { Pool = "scaled" };
        var reading = Task.Run(async () =>
        {
            await foreach (var item in _silos.Client.StreamAsync<int>("numbers", options: options))
                Assert.Equal(1, item);
        });
        var workers = _silos.Silos.Select(_silos.Workers).SelectMany(host => host.Living.Values);
        var stream = await Eventually.SeeAsync(
            () => Task.FromResult(
                workers.Select(worker => worker.Streams.GetValueOrDefault("numbers")).FirstOrDefault(each => each is not null)),
            each => each is not null,
            what: "the stream of the tool");

        stream!.Send("1", "1");
        stream.Finish();
        await reading.WithinAsync(Eventually.Limit);

        await Eventually.HoldsAsync(
            () => _heard.All
                .Where(each => each.Instrument == "snakepit.stream.items")
                .Where(each => each.Tags.Contains("snakepit.pool=scaled", StringComparison.Ordinal))
                .Sum(each => each.Value) == 2);
    }

    [Fact]
    public async Task The_latest_figures_are_gauges() => await Eventually.SeeAsync(
        () => Task.FromResult(_heard.Ask().Select(each => (each.Instrument, each.Value, each.Tags))),
        seen => new (string, double, string)[]
        {
            ("snakepit.pool.capacity", 2, "snakepit.pool=pool"),
            ("snakepit.pool.ready", 2, "snakepit.pool=pool"),
            ("snakepit.pool.size", 2, "snakepit.pool=pool"),
            ("snakepit.pool.queued", 0, "snakepit.pool=pool"),
            ("snakepit.pool.running", 0, "snakepit.pool=pool"),
            ("snakepit.pool.streams", 0, "snakepit.pool=pool"),
            ("snakepit.pool.sessions", 0, "snakepit.pool=pool"),
            ("snakepit.pool.state", 1, "snakepit.pool=pool snakepit.state=ready"),
            ("snakepit.pool.state", 0, "snakepit.pool=pool snakepit.state=failed"),
            ("snakepit.worker.memory", 1, "snakepit.pool=pool snakepit.slot=1"),
        }.All(seen.Contains),
        what: "every gauge of pool 'pool'");

    private Task HearAsync(string instrument, string tags) => Eventually.SeeAsync(
        () => Task.FromResult(_heard.All),
        all => all.Any(each => each.Instrument == instrument && each.Tags == tags),
        what: $"a measurement of {instrument} with {tags}");
}
