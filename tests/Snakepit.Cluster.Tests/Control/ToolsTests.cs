using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Control;

/// <summary><c>snakepit tools</c> and <c>GET /v1/tools</c>: what can be called.</summary>
public sealed class ToolsTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task The_table_has_signatures_and_what_the_docstrings_say()
    {
        var (code, output, _) = await RunAsync("tools", "--pool", "default");

        Assert.Equal(0, code);
        Assert.Contains("add(a: float, b: float) -> float", output, StringComparison.Ordinal);
        Assert.Contains("Adds two numbers.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_pool_it_shows_all_of_them_also_one_that_has_never_been_ready()
    {
        var (code, output, _) = await RunAsync("tools");

        Assert.Equal(0, code);
        Assert.Contains("Pool default", output, StringComparison.Ordinal);
        Assert.Contains("Pool broken: no worker has been ready yet", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_is_the_document_with_schemas()
    {
        var (code, output, _) = await RunAsync("tools", "--pool", "default", "--json");
        var pool = Assert.Single(JsonNode.Parse(output)!["pools"]!.AsArray())!;
        var add = pool["tools"]!.AsArray().Single(tool => tool!["name"]!.GetValue<string>() == "add")!;

        Assert.Equal(0, code);
        Assert.Equal(["a", "b"], add["arguments"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("number", add["result"]!["type"]!.GetValue<string>());
        Assert.Equal([_silo.Name], pool["silos"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task An_unknown_pool_is_an_error_with_the_known_ones()
    {
        var (code, _, errors) = await RunAsync("tools", "--pool", "defalt");

        Assert.Equal(1, code);
        Assert.Contains(
            "There is no pool 'defalt' in the cluster. Did you mean 'default'? Known pools: broken, default.",
            errors,
            StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        SnakepitCommand.RunAsync([.. arguments, "--url", _silo.Url.ToString()]);
}
