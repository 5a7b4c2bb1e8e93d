using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;
using Snakepit.Workers.Orphans;

namespace Snakepit.AspNetCore.Management;

/// <summary><c>GET /v1/status</c>: the pools of this silo that the caller may use, over all silos of the cluster.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder app, DoorServices services) => app.MapGet("/v1/status", async (
        bool? output, HttpContext http, RunIdentity run, ILocalSiloDetails silo, PoolShards shards) =>
    {
        var caller = AccessFilter.Caller(http);
        var known = http.RequestServices.GetRequiredService<SnakepitOptions>().Pools.Where(pool => caller.MayUse(pool.Name)).ToList();
        var pools = await Task.WhenAll(known.Select(pool => shards.StatusAsync(pool.Name, output ?? false)));
        var outage = http.RequestServices.GetRequiredService<DatabaseHealth>().Outage;
        return Results.Json(
            new StatusDocument(
                silo.Name, run.InstanceName, run.RunId, Environment.ProcessId,
                [
                    .. pools.Zip(known, (status, pool) =>
                        PoolDocument.From(status, pool.WorkerProfile, text => FailureDetail.Cut(text, services.Door.Detail))),
                ],
                SiloDocument.DatabaseText(outage?.Problem, caller, services.Door.Detail),
                outage is { For: var duration } ? Math.Round(duration.TotalSeconds, 1) : null),
            StatusDocument.Json);
    }).Needs(AccessScope.Read, "read").Says<StatusDocument>("The pools of this silo, over all silos");
}
