using System.Net;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

/// <summary>What the door says about itself to programs.</summary>
public sealed class OpenApiTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task A_program_that_knows_only_the_document_calls_a_tool()
    {
        var (read, diagnostic) = OpenApiDocument.Parse(await _silo.Http.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative)));

        Assert.Empty(diagnostic!.Errors);
        var document = Assert.IsType<OpenApiDocument>(read);
        Assert.Empty(document.Validate(ValidationRuleSet.GetDefaultRuleSet()));
        var path = document.Paths.Single(path => path.Value.Operations!.Values.Any(each => each.Summary == "Adds two numbers."));
        var operation = path.Value.Operations![HttpMethod.Post];
        var type = Assert.Single(operation.RequestBody!.Content!);
        var arguments = new JsonObject();
        foreach (var name in type.Value.Schema!.Required!)
        {
            Assert.Equal(JsonSchemaType.Number, type.Value.Schema.Properties![name].Type);
            arguments[name] = 1.5;
        }

        var answer = await _silo.PostAsync(path.Key.TrimStart('/'), arguments.ToJsonString());

        Assert.Equal((HttpStatusCode.OK, "3.0"), (answer.Status, answer.Body));
        Assert.Equal(JsonSchemaType.Number, operation.Responses!["200"].Content![answer.Headers["Content-Type"]].Schema!.Type);
        Assert.Contains(operation.Parameters!, parameter => parameter.Name == "Snakepit-Timeout");
    }

    [Fact]
    public async Task The_document_has_streams_bytes_and_the_shape_of_errors()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();
        var problem = await _silo.CallAsync("boom");

        Assert.NotNull(paths["/v1/pools/default/tools/blob"]!["post"]!["responses"]!["200"]!["content"]!["application/octet-stream"]);
        // No worker of that pool has been ready.
        Assert.DoesNotContain(paths, path => path.Key.StartsWith("/v1/pools/broken/", StringComparison.Ordinal));
        Assert.NotNull(paths["/v1/status"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["$ref"]);
        var schema = (await DocumentAsync())["components"]!["schemas"]!["Problem"]!;
        Assert.All(schema["required"]!.AsArray(), name => Assert.NotNull(problem.Json[name!.GetValue<string>()]));
        Assert.All(problem.Json.AsObject(), member => Assert.NotNull(schema["properties"]![member.Key]));
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        using var page = await _silo.Http.GetAsync(new Uri("docs", UriKind.Relative));
        var text = await page.Content.ReadAsStringAsync();
        using var script = await _silo.Http.GetAsync(new Uri("docs/scalar.js", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("://", text, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'self';", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        Assert.True((await script.Content.ReadAsByteArrayAsync()).Length > 1_000_000, "the script is a part of the program");
    }

    private async Task<JsonNode> DocumentAsync() =>
        JsonNode.Parse(await _silo.Http.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative)))!;
}
