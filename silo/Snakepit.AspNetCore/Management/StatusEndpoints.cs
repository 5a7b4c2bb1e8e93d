using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Grains.Pools;
using Snakepit.Workers.Orphans;

namespace Snakepit.AspNetCore.Management;

/// <summary><c>GET /v1/status</c>: the pools of this silo, over all silos of the cluster.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder app, DoorServices services) => app.MapGet("/v1/status", async (
        bool? output, SnakepitOptions options, RunIdentity run, ILocalSiloDetails silo, PoolShards shards) =>
    {
        var pools = await Task.WhenAll(options.Pools.Select(pool => shards.StatusAsync(pool.Name, output ?? false)));
        return Results.Json(
            new StatusDocument(
                silo.Name, run.InstanceName, run.RunId, Environment.ProcessId,
                [.. pools.Select(pool => PoolDocument.From(pool, text => FailureDetail.Cut(text, services.Door.Detail)))]),
            StatusDocument.Json);
    });
}
