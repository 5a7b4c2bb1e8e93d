using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Adapters;

/// <summary>Adapters in the shapes of the Elixir system's, unchanged, from HTTP to the worker and back.</summary>
public sealed class ElixirAdapterTests(ElixirAdapterTests.Shapes shapes) : IClassFixture<ElixirAdapterTests.Shapes>
{
    private readonly SiloUnderTest _silo = shapes.Silo;

    [Theory]
    [InlineData("echo", """{"a":[1,"ä"]}""", """{"echoed":{"a":[1,"ä"]}}""")]
    [InlineData("add", """{"a":2,"b":0.5}""", "2.5")]
    [InlineData("answer", """{"question":"who?","context":"me"}""", "\"who? me\"")]
    [InlineData("later", """{"value":1}""", "2")]
    public async Task A_showcase_answers_through_its_execute_tool(string tool, string arguments, string result)
    {
        var answer = await _silo.PostAsync($"v1/pools/showcase/tools/{tool}", arguments);

        Assert.Equal((HttpStatusCode.OK, result), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_value_without_json_form_is_a_marker_beside_the_others()
    {
        var answer = await _silo.CallAsync("values", pool: "showcase");

        Assert.Equal(
            """{"response":{"__ffi_unserializable__":true,"__type__":"elixir_showcase.Response"},"second":{"kind":"second"}"""
            + ""","listed":[1,2],"last":1}""",
            answer.Body);
    }

    [Fact]
    public async Task The_items_of_a_stream_are_what_its_chunks_hold()
    {
        var answer = await _silo.PostAsync("v1/pools/showcase/tools/stream_data/stream", """{"count":2}""");

        Assert.Equal("""{"index":1,"total":2}""" + "\n" + """{"index":2,"total":2}""" + "\n", answer.Body);
    }

    [Fact]
    public async Task A_function_of_the_host_is_refused_in_one_sentence()
    {
        var answer = await _silo.PostAsync("v1/pools/showcase/tools/call_host", """{"tool_name":"validate"}""");

        Assert.Equal("tool_raised", answer.Code);
        Assert.Contains(
            "call_elixir_tool('validate') is not available in Snakepit.Orleans: Python cannot call functions of the host yet.",
            answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_runs_between_its_hooks_once_for_each_request()
    {
        for (var round = 0; round < 2; round++)
        {
            var answer = await _silo.CallAsync("state", pool: "template");

            Assert.Equal("""{"initialized":true,"same":true,"session":""}""", answer.Body);
        }
    }

    [Fact]
    public async Task A_threaded_adapter_starts_each_request_with_fresh_attributes_and_keeps_its_counts()
    {
        await _silo.CallAsync("count", pool: "threaded");
        var second = await _silo.CallAsync("count", pool: "threaded");
        var statistics = await _silo.CallAsync("statistics", pool: "threaded");

        Assert.Equal("""["count"]""", second.Json["log"]!.ToJsonString());
        Assert.Equal(2, statistics.Json["shared"]!.GetValue<int>());
        Assert.Equal(3, statistics.Json["tracker"]!["total_requests"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_guides_snippets_answer_and_stream()
    {
        var answer = await _silo.PostAsync("v1/pools/guide/tools/predict", """{"input_data":{"features":[1,2]}}""");
        var stream = await _silo.PostAsync("v1/pools/guide/tools/long_operation/stream", """{"steps":1}""");

        Assert.Equal("""{"prediction":[2,4]}""", answer.Body);
        Assert.Equal("""{"progress":100.0}""" + "\n" + """{"status":"complete"}""" + "\n", stream.Body);
    }

    /// <summary>One silo with a pool for each shape. The adapters are those of the worker's own tests.</summary>
    public sealed class Shapes : IAsyncLifetime
    {
        public SiloUnderTest Silo { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Silo = await SiloUnderTest.StartReadyAsync(
        [
            Pool("showcase", "elixir_showcase.Showcase"),
            Pool("template", "elixir_adapters.Template"),
            Pool("threaded", "elixir_adapters.Threaded"),
            Pool("guide", "elixir_adapters.Guide"),
        ]);

        public async ValueTask DisposeAsync() => await Silo.DisposeAsync();

        private static JsonObject Pool(string name, string adapter) => new()
        {
            ["Name"] = name,
            ["PoolSize"] = 1,
            ["AdapterModule"] = adapter,
            ["PythonPath"] = new JsonArray(Path.Combine(Places.Root, "python", "tests", "support")),
        };
    }
}
