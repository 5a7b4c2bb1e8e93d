using System.Text.Json.Nodes;
using Snakepit.AspNetCore.OpenApi;
using Snakepit.Tools;

namespace Snakepit.Hosting.Tests.OpenApi;

public sealed class ToolPathsTests
{
    private readonly JsonObject _paths = [];

    [Fact]
    public void A_tool_has_a_path_with_its_own_schemas()
    {
        Add(new ToolDescription
        {
            Name = "add",
            ArgumentsSchema = """{"type":"object","required":["a"]}""",
            ResultSchema = """{"type":"number"}""",
        });

        var post = Assert.Single(_paths).Value!["post"]!;

        Assert.Equal("/v1/pools/ml/tools/add", _paths.First().Key);
        Assert.True(post["requestBody"]!["required"]!.GetValue<bool>());
        Assert.Equal("""{"type":"object","required":["a"]}""", Schema(post["requestBody"]!, "application/json"));
        Assert.Equal("""{"type":"number"}""", Schema(post["responses"]!["200"]!, "application/json"));
        Assert.Equal("add", post["summary"]!.GetValue<string>());
    }

    [Fact]
    public void A_generator_can_only_be_read_as_a_stream_and_other_tools_both_ways()
    {
        Add(
            new ToolDescription { Name = "items", SupportsStreaming = true, StreamOnly = true },
            new ToolDescription { Name = "both", SupportsStreaming = true });

        Assert.Equal(
            ["/v1/pools/ml/tools/items/stream", "/v1/pools/ml/tools/both", "/v1/pools/ml/tools/both/stream"],
            _paths.Select(path => path.Key));
        Assert.NotNull(_paths["/v1/pools/ml/tools/items/stream"]!["post"]!["responses"]!["200"]!["content"]!["application/x-ndjson"]);
    }

    [Fact]
    public void A_result_that_is_nothing_but_bytes_is_a_body_of_bytes()
    {
        Add(new ToolDescription { Name = "blob", ResultSchema = """{"type":"string","contentEncoding":"base64"}""" });

        var content = _paths.First().Value!["post"]!["responses"]!["200"]!["content"]!;

        Assert.Equal("""{"application/octet-stream":{"schema":{}}}""", content.ToJsonString());
    }

    [Fact]
    public void Names_are_escaped_and_ids_are_used_once()
    {
        Add(
            new ToolDescription { Name = "a/b" },
            new ToolDescription { Name = "x", SupportsStreaming = true },
            new ToolDescription { Name = "x.stream" },
            new ToolDescription { Name = new string('n', 257) });

        Assert.NotNull(_paths["/v1/pools/ml/tools/a%2Fb"]);
        Assert.Equal(
            ["ml.a/b", "ml.x", "ml.x.stream", "ml.x.stream-2"],
            _paths.Select(path => path.Value!["post"]!["operationId"]!.GetValue<string>()));
    }

    private void Add(params ToolDescription[] tools) => new ToolPaths(_paths, "").Add(new PoolTools { Pool = "ml", Tools = tools });

    private static string Schema(JsonNode node, string type) => node["content"]![type]!["schema"]!.ToJsonString();
}
