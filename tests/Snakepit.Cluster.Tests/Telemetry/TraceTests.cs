using System.Net.Http.Json;
using System.Security.Cryptography;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>One trace from the request of a browser to the tool and back.</summary>
[Collection(nameof(ExportingSilo))]
public sealed class TraceTests(ExportingSilo exporting)
{
    private readonly string _trace = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly string _span = RandomNumberGenerator.GetHexString(16, lowercase: true);

    [Fact]
    public async Task Door_client_shard_and_tool_are_parents_of_each_other()
    {
        var context = await CallAsync("trace", new { });

        var spans = await SpansAsync(3);
        var (door, client, shard) = (One(spans, _span), spans.Single(span => span.Name == "snakepit.execute"), One(spans, "snakepit.call"));
        Assert.Equal((2ul, "/v1/pools/{pool}/tools/{tool}"), (door.Kind, door.Attributes["http.route"]));
        Assert.Equal((3ul, door.Id), (client.Kind, client.Parent));
        Assert.Equal((2ul, client.Id), (shard.Kind, shard.Parent));
        Assert.Equal($"\"00-{_trace}-{shard.Id}-01\"", context);
        Assert.Equal("trace", shard.Attributes["snakepit.tool"]);
        Assert.Contains("snakepit.dispatched", shard.Events);
    }

    /// <summary>The sample is an application as users have it: it sends its part of the trace itself.</summary>
    [Fact]
    public async Task A_web_application_and_the_tool_that_it_calls_are_one_trace()
    {
        var page = new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        await using var frontend = ChildProgram.Start(new ProgramStart("the frontend", Places.WebFrontend, ["--urls", $"{page}"])
        {
            Environment = new Dictionary<string, string?>
            {
                ["Snakepit__Client__Gateways__0"] = $"127.0.0.1:{exporting.Silo.GatewayPort}",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = exporting.Collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            },
        });
        using var http = new HttpClient { BaseAddress = page };
        await frontend.WaitUntilReadyAsync(http, new Uri(page, "health"), Eventually.Limit);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/documents", UriKind.Relative))
        {
            Content = new StringContent("A page."),
        };
        request.Headers.Add("traceparent", $"00-{_trace}-{_span}-01");
        using var response = await http.SendAsync(request);

        Assert.Equal("OK", $"{response.StatusCode}");
        var spans = await SpansAsync(4);
        var (server, shard) = (One(spans, _span), One(spans, "snakepit.call"));
        var client = spans.Single(span => span.Name == "snakepit.execute");
        Assert.Equal((2ul, "/api/documents"), (server.Kind, server.Attributes["http.route"]));
        Assert.Equal((server.Id, client.Id, shard.Id), (client.Parent, shard.Parent, One(spans, "document.read").Parent));
    }

    [Fact]
    public async Task A_span_of_an_adapter_is_below_its_call_and_what_it_emits_is_measured()
    {
        await CallAsync("observe", new { rows = 7 });

        var spans = await SpansAsync(4);
        var (shard, load) = (One(spans, "snakepit.call"), One(spans, "model.load"));
        Assert.Equal(shard.Id, load.Parent);
        Assert.Equal("a", load.Attributes["model"]);
        var names = new[] { "model.load.stop.duration", "model.scored.rows", "model.scored.calls_count" };
        await Eventually.HoldsAsync(() => names.All(
            name => exporting.Collector.Points.Any(point => point.Metric == $"snakepit.python.{name}")));
    }

    [Fact]
    public async Task An_exception_of_a_tool_is_in_the_trace()
    {
        await CallAsync("boom", new { message = "no good" });

        var shard = One(await SpansAsync(3), "snakepit.call");
        Assert.Equal(("tool_raised", "ran"), (shard.Attributes["error.type"], shard.Attributes["snakepit.outcome"]));
        Assert.Contains("exception", shard.Events);
    }

    [Fact]
    public async Task A_try_that_follows_a_crash_is_a_child_of_the_call()
    {
        var context = await CallAsync("die_once", new { path = Path.Combine(exporting.Silo.Folder, _span) });

        var spans = await SpansAsync(5);
        var client = One(spans, "snakepit.execute");
        var retry = One(spans, "snakepit.retry");
        Assert.Equal(client.Id, retry.Parent);
        Assert.Equal("worker_exited", retry.Attributes["snakepit.retry.cause"]);
        var parents = spans.Where(span => span.Name == "snakepit.call").Select(span => span.Parent);
        Assert.Equal(new[] { client.Id, retry.Id }.Order(), parents.Order());
        Assert.Contains(spans.Single(span => span.Parent == retry.Id).Id, context, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measurements_of_a_call_link_to_its_trace()
    {
        await CallAsync("trace", new { });

        await Eventually.HoldsAsync(() => exporting.Collector.Points.Any(
            point => point.Metric == "snakepit.call.duration" && point.Exemplars.Contains(_trace)));
    }

    [Fact]
    public async Task A_line_of_the_tools_log_has_the_trace_as_its_scope()
    {
        await CallAsync("log", new { text = $"said in {_span}" });

        await exporting.Silo.SeesAsync($"said in {_span}");
        var line = exporting.Silo.Output.Split('\n').Last(text => text.Contains($"said in {_span}", StringComparison.Ordinal));
        Assert.Contains($"TraceId:{_trace}", line, StringComparison.Ordinal);
        Assert.Contains("RequestId:", line, StringComparison.Ordinal);
    }

    private async Task<string> CallAsync(string tool, object args)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"v1/pools/default/tools/{tool}", UriKind.Relative))
        {
            Content = JsonContent.Create(args),
        };
        request.Headers.Add("traceparent", $"00-{_trace}-{_span}-01");
        using var response = await exporting.Silo.Http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<OtlpSpan[]> SpansAsync(int count) => await Eventually.SeeAsync(
        () => Task.FromResult(exporting.Collector.Spans.Where(span => span.Trace == _trace).ToArray()),
        spans => spans.Length == count,
        what: $"{count} spans of the trace");

    private static OtlpSpan One(OtlpSpan[] spans, string nameOrParent) =>
        spans.Single(span => span.Name == nameOrParent || span.Parent == nameOrParent);
}
