using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

/// <summary>The numbers by which autoscalers add silos.</summary>
public sealed partial class LoadTests
{
    [Fact]
    public async Task Load_counts_waiting_and_running_calls_over_capacity_and_says_how_long_the_first_has_waited()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var gate = Path.Combine(silo.Folder, "gate");
        Assert.Equal((0, 0.0), Numbers(await LoadAsync(silo)));
        var calls = Enumerable.Range(0, 3).Select(_ => silo.CallAsync("wait_for", new { path = gate })).ToList();

        var load = await silo.SeeAsync(() => LoadAsync(silo), load => Numbers(load) is { Load: 3, QueueWait: > 0.1 }, "two calls wait");
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal(
            (1, 2, 1, 1),
            (load["silos"]!.GetValue<int>(), load["queued"]!.GetValue<int>(), load["running"]!.GetValue<int>(),
                load["capacity"]!.GetValue<int>()));
        Assert.All(await Task.WhenAll(calls), call => Assert.Equal(HttpStatusCode.OK, call.Status));
    }

    [Fact]
    public async Task A_pool_that_no_silo_has_has_no_load()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        using var response = await silo.Http.GetAsync(new Uri("v1/pools/nosuch/load", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("Known pools: default", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manifest_for_keda_asks_for_numbers_that_there_are()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var manifest = await File.ReadAllTextAsync(Path.Combine(Places.Root, "deploy", "kubernetes", "keda.yaml"));
        var triggers = Trigger().Matches(manifest);

        Assert.Equal(["load", "queueWaitSeconds"], triggers.Select(trigger => trigger.Groups["value"].Value));
        foreach (Match trigger in triggers)
        {
            var document = JsonNode.Parse(
                await silo.Http.GetStringAsync(new Uri(trigger.Groups["path"].Value, UriKind.Relative)))!;
            Assert.Equal(0, document[trigger.Groups["value"].Value]!.GetValue<double>());
        }
    }

    [GeneratedRegex("""url: "http://snakepit:8400/(?<path>[^"]+)"\s+valueLocation: "(?<value>\w+)"\s+targetValue: "[0-9.]+""")]
    private static partial Regex Trigger();

    private static async Task<JsonNode> LoadAsync(SiloUnderTest silo) =>
        JsonNode.Parse(await silo.Http.GetStringAsync(new Uri("v1/pools/default/load", UriKind.Relative)))!;

    private static (double Load, double QueueWait) Numbers(JsonNode load) =>
        (load["load"]!.GetValue<double>(), load["queueWaitSeconds"]!.GetValue<double>());
}
