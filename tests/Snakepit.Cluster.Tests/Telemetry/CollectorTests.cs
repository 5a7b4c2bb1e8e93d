using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>What a collector of OpenTelemetry gets from a silo.</summary>
[Collection(nameof(ExportingSilo))]
public sealed class CollectorTests(ExportingSilo exporting)
{
    [Fact]
    public async Task It_gets_metrics_with_their_units_and_attributes()
    {
        await exporting.Silo.CallAsync("boom");

        await SeeAsync("snakepit.calls", "{call}", ("snakepit.tool", "add"), ("snakepit.outcome", "succeeded"));
        await SeeAsync("snakepit.calls", "{call}", ("snakepit.tool", "boom"), ("error.type", "tool_raised"), ("snakepit.outcome", "ran"));
        await SeeAsync("snakepit.call.queue_wait", "s", ("snakepit.pool", "default"));
        await SeeAsync("snakepit.call.dispatch", "s", ("snakepit.pool", "default"));
        await SeeAsync("snakepit.call.python", "s", ("snakepit.tool", "add"));
        await SeeAsync("snakepit.worker.start.duration", "s", ("snakepit.pool", "broken"), ("error.type", "start_failed"));
        await SeeAsync("snakepit.worker.memory", "By", ("snakepit.pool", "default"), ("snakepit.slot", "0"));
    }

    [Fact]
    public async Task It_learns_which_silo_sent_them()
    {
        var point = await SeeAsync("snakepit.pool.size", "{worker}", ("snakepit.pool", "default"));

        Assert.Equal(ExportingSilo.Service, point.Resource["service.name"]);
        Assert.Equal(exporting.Silo.Name, point.Resource["service.instance.id"]);
        Assert.Equal("test", point.Resource["deployment.environment"]);
    }

    [Fact]
    public async Task It_is_asked_at_the_paths_of_the_protocol_alone()
    {
        await SeeAsync("snakepit.pool.size", "{worker}");

        Assert.Empty(exporting.Collector.Strange);
    }

    private Task<OtlpPoint> SeeAsync(string metric, string unit, params (string Name, string Value)[] attributes) => SeeAsync(
        () => exporting.Collector.Points.FirstOrDefault(point => point.Metric == metric && point.Unit == unit && point.Count > 0
            && Array.TrueForAll(attributes, pair => point.Attributes.GetValueOrDefault(pair.Name) == pair.Value)),
        $"{metric} in {unit} with {string.Join(", ", attributes)}");

    private static async Task<T> SeeAsync<T>(Func<T?> look, string what)
        where T : class => (await Eventually.SeeAsync(() => Task.FromResult(look()), seen => seen is not null, what: what))!;
}
