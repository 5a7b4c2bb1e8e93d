using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Access;
using Snakepit.Core.Options;
using Snakepit.Grains.Pools;

namespace Snakepit.AspNetCore.OpenApi;

/// <summary><c>GET /openapi/v1.json</c>: the door and the tools that the caller may use, as an OpenAPI 3.1 document.</summary>
internal static class OpenApiEndpoint
{
    public const string Path = "/openapi/v1.json";

    /// <summary>Nothing is mapped when the application has not asked for it, or <c>Http:OpenApi</c> is false.</summary>
    public static void MapOpenApiDocument(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<DoorDocument>() is not { } document)
            return;
        var options = app.ServiceProvider.GetRequiredService<SnakepitOptions>().Http;
        if (!options.OpenApi)
            return;
        app.MapGet(Path, async (HttpContext http, ClusterPools pools, PoolShards shards) =>
        {
            var tools = await ToolsEndpoints.AllAsync(AccessFilter.Caller(http), pools, shards);
            var written = await document.WriteAsync(tools, Place(http.Request), options.Authenticates);
            return Results.Text(written.ToJsonString(), "application/json");
        }).ExcludeFromDescription().Needs(AccessScope.Read, "read");
    }

    private static DocumentPlace Place(HttpRequest request) => new(
        request.PathBase.HasValue ? request.PathBase.Value : "/",
        request.Path.Value is { } path && path.EndsWith(Path, StringComparison.OrdinalIgnoreCase) ? path[..^Path.Length] : "");
}
