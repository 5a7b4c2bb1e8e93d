using System.Diagnostics.Metrics;
using Snakepit.Core.Telemetry;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Tests.Telemetry;

/// <summary>What becomes of the numbers that an adapter emits.</summary>
public sealed class PythonInstrumentsTests : IDisposable
{
    private readonly Meter _meter = new(SnakepitTelemetry.SourceName);
    private readonly HeardMeasurements _heard = new();
    private readonly PythonInstruments _instruments;

    public PythonInstrumentsTests() => _instruments = new PythonInstruments(_meter);

    public void Dispose()
    {
        _heard.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Durations_are_seconds_counts_are_added_up_and_moments_are_left_out()
    {
        _instruments.Record(Emitted("load.stop", [("duration", 2e9), ("rows_count", 3), ("size", 7), ("system_time", 1e18)]));
        _instruments.Record(Emitted("odd name!", [("size", double.NaN), ("count", -1)]));

        Assert.Equal(
            [
                "Counter`1 snakepit.python.load.stop.rows_count = 3",
                "Counter`1 snakepit.python.odd_name_.count = 0",
                "Histogram`1 snakepit.python.load.stop.duration = 2",
                "Histogram`1 snakepit.python.load.stop.size = 7",
            ],
            Heard().Select(each => $"{Kind(each.Instrument)} {each.Instrument} = {each.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Durations_have_the_buckets_of_those_of_calls()
    {
        _instruments.Record(Emitted("load.stop", [("duration", 2e9)]));

        var durations = Assert.IsType<Histogram<double>>(
            _heard.Instruments.First(each => each.Name == "snakepit.python.load.stop.duration"));
        Assert.Equal(PoolMeter.Seconds.HistogramBucketBoundaries, durations.Advice?.HistogramBucketBoundaries);
    }

    [Fact]
    public void Instruments_and_values_of_attributes_have_a_limit()
    {
        for (var number = 0; number < PythonInstruments.Most + 5; number++)
            _instruments.Record(Emitted("e", [($"n{number}", 1)]));
        for (var tenant = 0; tenant < ToolNames.Most + 5; tenant++)
            _instruments.Record(Emitted("e", [("n0", 1)], ("tenant", $"t{tenant}")));

        Assert.Equal(PythonInstruments.Most, Heard().Select(each => each.Instrument).Distinct().Count());
        var tenants = Heard().Where(each => each.Tags.Contains("tenant=", StringComparison.Ordinal)).Select(each => each.Tags).ToList();
        Assert.Equal(ToolNames.Most + 1, tenants.Distinct().Count());
        Assert.Equal(5, tenants.Count(tags => tags.Contains("tenant=other", StringComparison.Ordinal)));
    }

    [Fact]
    public void Keys_are_cleaned_and_those_that_would_break_a_page_for_prometheus_are_left_out()
    {
        _instruments.Record(Emitted(
            "e", [("n", 1)], ("a.b", "1"), ("a_b", "2"), ("le", "3"), ("snakepit.pool", "4"), ("error_message", "5")));
        for (var number = 0; number < PythonInstruments.MostKeys; number++)
            _instruments.Record(Emitted("e", [("m", 1)], ($"k{number}", "v")));
        _instruments.Record(Emitted(new string('x', 300), [("n", 1)]));

        Assert.Equal("a_b=1 snakepit.pool=emitting", Heard().First().Tags);
        Assert.Equal("snakepit.pool=emitting", Heard().Last(each => each.Instrument == "snakepit.python.e.m").Tags);
        Assert.Equal(255, Heard().Last().Instrument.Length);
    }

    [Theory]
    [InlineData("load.stop", "load", false)]
    [InlineData("load.exception", "load", true)]
    [InlineData("load.start", null, false)]
    public void The_end_of_a_span_is_known_by_its_name(string name, string? span, bool failed)
    {
        var emitted = Emitted(name, [("duration", 1)]);

        Assert.Equal((span, failed), (emitted.EndedSpan, emitted.Failed));
        Assert.Null(Emitted(name, [("other", 1)]).EndedSpan);
    }

    private static PythonEmitted Emitted(
        string name, (string Name, double Value)[] numbers, params (string Key, string Value)[] texts) => new(
        new WorkerId(new SlotId(new ShardId("emitting", "silo"), 0), 1),
        name,
        numbers.ToDictionary(number => number.Name, number => number.Value),
        texts.ToDictionary(text => text.Key, text => text.Value));

    private string Kind(string instrument) => _heard.Instruments.First(each => each.Name == instrument).GetType().Name;

    private IEnumerable<(string Instrument, double Value, string Tags)> Heard() =>
        _heard.All.Where(each => each.Tags.Contains("snakepit.pool=emitting", StringComparison.Ordinal));
}
