using System.Text.Json.Nodes;
using Snakepit.Cluster.Tests.Telemetry;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Startup;

/// <summary>The complete production configuration of the Elixir system's guide, key by key (<c>samples/production</c>).</summary>
public sealed class ProductionSampleTests
{
    private static readonly string Folder = Path.Combine(Places.Root, "samples", "production");

    [Fact]
    public async Task It_serves_with_everything_that_it_says()
    {
        using var collector = new OtlpReceiver();
        var section = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "snakepit.json")))!["Snakepit"]!.AsObject();
        section["OpenTelemetry"]!["Exporters"]!["Otlp"]!["Endpoint"] = collector.Url;
        object[] pools = [.. section["Pools"]!.AsArray().Select(pool => WithPath(pool!))];
        section.Remove("Pools");
        await using var silo = await SiloUnderTest.StartReadyAsync(pools, [.. Flat("", section)]);

        var words = await silo.CallAsync("count_words", new { text = "to be or not to be" });
        var score = await silo.CallAsync("score", new { values = new[] { 1, 2 } }, pool: "hpc");

        Assert.Equal(6, words.Json.GetValue<int>());
        Assert.Equal(1.5, score.Json["score"]!.GetValue<double>());
        var threads = SiloUnderTest.Workers(await silo.StatusAsync(), "hpc").Select(worker => worker["capacity"]!.GetValue<int>());
        Assert.Equal([16, 16, 16, 16], threads);
        var metrics = await silo.Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        Assert.Contains("snakepit_calls_total", metrics, StringComparison.Ordinal);
        await Eventually.SeeAsync(
            () => Task.FromResult(collector.Spans.Count), spans => spans > 0, what: "the collector has a trace of a call");
    }

    [Fact]
    public async Task It_has_no_mistake_and_nothing_doubtful()
    {
        var config = Path.Combine(Folder, "snakepit.json");

        var (code, output, errors) = await SnakepitCommand.RunAsync("config", "validate", "--config", config);

        Assert.Equal((0, "ok: default, hpc\n", ""), (code, output, errors));
    }

    private static JsonNode WithPath(JsonNode pool)
    {
        var copy = pool.DeepClone();
        copy["PythonPath"] = new JsonArray(Folder);
        return copy;
    }

    /// <summary>As options of the command line: <c>OpenTelemetry:Enabled=true</c>.</summary>
    private static IEnumerable<string> Flat(string path, JsonNode node) => node is JsonObject section
        ? section.SelectMany(pair => Flat(path.Length == 0 ? pair.Key : $"{path}:{pair.Key}", pair.Value!))
        : [$"{path}={node}"];
}
