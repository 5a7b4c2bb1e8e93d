using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore;
using Snakepit.AspNetCore.OpenApi;
using Snakepit.Hosting.Tests.Doors;
using Snakepit.Tools;

namespace Snakepit.Hosting.Tests.OpenApi;

public sealed class DoorDocumentTests
{
    [Fact]
    public async Task The_document_is_of_the_door_and_not_of_the_application()
    {
        await using var door = await DoorUnderTest.StartAsync(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0),
            more: application => application.MapGet("/own", () => "of the application"),
            configure: builder => builder.Services.AddSnakepitOpenApi());
        var pool = new PoolTools { Pool = "ml", Tools = [new ToolDescription { Name = "add" }] };

        var document = await door.Services.GetRequiredService<DoorDocument>()
            .WriteAsync([pool], new DocumentPlace("/app", ""), authenticates: false);

        var paths = document["paths"]!.AsObject();
        Assert.Contains("/v1/silos/{silo}/drain", paths.Select(path => path.Key));
        Assert.DoesNotContain("/own", paths.Select(path => path.Key));
        Assert.Equal("/app", document["servers"]![0]!["url"]!.GetValue<string>());
        Assert.Equal(["pool ml", "tools", "management"], document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()));
        Assert.False(document.ContainsKey("security"));
        Assert.All(paths, path => Assert.NotNull(Operation(path.Value!)["responses"]!["4XX"]));
    }

    [Fact]
    public async Task The_paths_that_serve_every_tool_have_a_body_and_headers()
    {
        await using var door = await DoorUnderTest.StartAsync(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0), configure: builder => builder.Services.AddSnakepitOpenApi());

        var document = await door.Services.GetRequiredService<DoorDocument>()
            .WriteAsync([], new DocumentPlace("/", ""), authenticates: true);

        var any = Operation(document["paths"]!["/v1/pools/{pool}/tools/{tool}/stream"]!);
        Assert.Equal("object", any["requestBody"]!["content"]!["application/json"]!["schema"]!["type"]!.GetValue<string>());
        Assert.Equal(6, any["parameters"]!.AsArray().Count);
        Assert.NotNull(any["responses"]!["200"]!["content"]!["application/x-ndjson"]);
        Assert.Equal(["key", "bearer"], document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key));
    }

    private static JsonObject Operation(JsonNode path) => path.AsObject().First().Value!.AsObject();
}
