using System.Text.RegularExpressions;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>The page for Prometheus.</summary>
[Collection(nameof(ExportingSilo))]
public sealed partial class MetricsPageTests(ExportingSilo exporting)
{
    [Fact]
    public async Task It_has_the_calls_and_the_workers()
    {
        await exporting.Silo.CallAsync("add", new { a = 1, b = 2 });

        var page = await PageAsync(text => text.Contains("snakepit_pool_ready", StringComparison.Ordinal));
        Assert.Matches("""(?m)^snakepit_calls_total\{[^}]*snakepit_outcome="succeeded"[^}]*snakepit_tool="add"[^}]*\} [1-9]""", page);
        Assert.Matches("""(?m)^snakepit_call_duration_seconds_count\{[^}]*snakepit_pool="default"[^}]*\} [1-9]""", page);
        Assert.Matches("""(?m)^snakepit_orphans_reaped_total\S* 0""", page);
    }

    [Fact]
    public async Task Every_metric_of_it_is_in_the_documentation()
    {
        var documented = File.ReadLines(Path.Combine(Places.Root, "docs", "telemetry.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => row.Groups["name"].Value.Replace('.', '_')).ToHashSet();

        var page = await PageAsync(text => text.Contains("snakepit_pool_ready", StringComparison.Ordinal));

        var names = Family().Matches(page).Select(family => family.Groups["name"].Value).Distinct().ToArray();
        Assert.NotEmpty(names);
        Assert.All(
            names.Where(name => !name.StartsWith("snakepit_python_", StringComparison.Ordinal)), // those are the adapters' own
            name => Assert.Contains(Bare(name), documented));
    }

    [Fact]
    public async Task A_real_prometheus_reads_it()
    {
        await using var prometheus = PrometheusServer.Start(exporting.Silo.Url);

        await prometheus.SeeAsync("up", 1);
        await prometheus.SeeAsync("""snakepit_pool_ready{snakepit_pool="default"}""", 1);
        await prometheus.SeeAsync("""sum(snakepit_pool_state{snakepit_pool="broken",snakepit_state="failed"})""", 1);
    }

    private async Task<string> PageAsync(Func<string, bool> fits) => await exporting.Silo.SeeAsync(
        async () => await exporting.Silo.Http.GetStringAsync(new Uri("metrics", UriKind.Relative)), fits, "the page is whole");

    private static string Bare(string name) => Regex.Replace(name, "(_seconds|_bytes|_ratio)?(_total)?$", "");

    [GeneratedRegex(@"^\| `(?<name>snakepit\.[a-z_.]+)` \| (Counter|Histogram|UpDownCounter|Gauge) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"(?m)^# TYPE (?<name>snakepit_\w+) ")]
    private static partial Regex Family();
}
