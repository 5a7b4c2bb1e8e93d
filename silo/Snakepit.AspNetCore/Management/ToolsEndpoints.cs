using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Grains.Pools;
using Snakepit.Tools;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/tools</c> lists the tools of every pool that the caller may use, with their signatures and schemas;
/// <c>GET /v1/pools/{pool}/tools</c> those of one pool.
/// </summary>
internal static class ToolsEndpoints
{
    public static void MapToolLists(this IEndpointRouteBuilder app, DoorServices door)
    {
        app.MapGet("/v1/tools", async (HttpContext http, ClusterPools pools, PoolShards shards) =>
            Answer(await AllAsync(AccessFilter.Caller(http), pools, shards)))
            .Needs(AccessScope.Read, "read").Says<ToolsDocument>("The tools of all pools");
        app.MapGet("/v1/pools/{pool}/tools", async (string pool, PoolShards shards) =>
            Answer(await door.Pools.AskAsync(pool, async () =>
                await shards.ToolsAsync(pool) is var tools && (tools.Silos.Length > 0 || tools.SilentSilos.Length > 0)
                    ? tools
                    : throw await shards.NotFoundAsync(pool))))
            .Needs(AccessScope.Read, "read").Says<ToolsDocument>("The tools of a pool");
    }

    /// <summary>The tools of every pool that a caller may use.</summary>
    public static async Task<PoolTools[]> AllAsync(Caller caller, ClusterPools pools, PoolShards shards) =>
        await Task.WhenAll((await pools.NamesAsync()).Where(caller.MayUse).Select(shards.ToolsAsync));

    private static IResult Answer(params PoolTools[] pools) =>
        Results.Json(new ToolsDocument([.. pools.Select(PoolToolsDocument.From)]), StatusDocument.Json);
}
