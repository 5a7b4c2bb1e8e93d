using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>The dashboard and the alert rules, against what a real silo exports and what a real Prometheus understands.</summary>
[Collection(nameof(ExportingSilo))]
public sealed partial class DashboardTests(ExportingSilo exporting)
{
    private static readonly string Folder = Path.Combine(Places.Root, "deploy", "grafana");

    private static string[] Panels =>
    [
        .. JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")))!["panels"]!.AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => target!["expr"]!.GetValue<string>()),
    ];

    [Fact]
    public async Task The_rules_pass_their_tests()
    {
        var (code, output) = await PromtoolAsync("test", "rules", "alerts.test.yaml");

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Every_rule_has_a_test_and_a_line_in_the_documentation()
    {
        var rules = Alert().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yaml"))).Select(rule => rule.Groups[1].Value);
        var tests = await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.test.yaml"));
        var page = await File.ReadAllTextAsync(Path.Combine(Places.Root, "docs", "dashboards.md"));

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Matches($"(?s)alertname: {rule}\n +exp_alerts", tests));
        Assert.All(rules, rule => Assert.Contains($"| `{rule}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_real_silo_exports_every_metric_that_they_name()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yaml"));
        var wanted = Panels.Append(rules).SelectMany(text => Metric().Matches(text)).Select(match => match.Value).Distinct().ToArray();
        // What only a crash and a replacement measure.
        await exporting.Silo.CallAsync("die_once", new { path = Path.Combine(exporting.Silo.Folder, "died") });
        await exporting.Silo.PostAsync("v1/pools/default/recycle", "{}");

        var missing = await Eventually.SeeAsync(
            async () =>
            {
                var page = await exporting.Silo.Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
                return string.Join(' ', wanted.Where(name => !page.Contains($"\n{name}{{", StringComparison.Ordinal)));
            },
            missing => missing.Length == 0,
            what: "no metric is missing");
        Assert.Empty(missing);
    }

    [Fact]
    public async Task A_real_prometheus_understands_every_panel()
    {
        await using var prometheus = PrometheusServer.Start(exporting.Silo.Url);
        await prometheus.SeeAsync("up", 1);

        foreach (var panel in Panels)
        {
            var query = panel.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$pool", ".*", StringComparison.Ordinal);
            Assert.Equal("success", await prometheus.StatusOfAsync(query));
        }
    }

    private static async Task<(int Code, string Output)> PromtoolAsync(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (promtool.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    /// <summary>Followed by a selector or by a bracket; labels are not.</summary>
    [GeneratedRegex(@"snakepit_\w+(?=[{)\[])(?<!snakepit_(pool|tool|slot|state|reason|outcome|exit_kind))")]
    private static partial Regex Metric();
}
