using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Core.Failures;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;
using Snakepit.Pools;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/workers</c> lists the workers of every pool that the caller may use, on all silos of the cluster;
/// <c>GET /v1/pools/{pool}/workers</c> those of one pool. <c>?silo=NAME</c> leaves the other silos out.
/// </summary>
internal static class WorkersEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder app, DoorServices door)
    {
        app.MapGet(
            "/v1/workers", async (string? silo, HttpContext http, ClusterPools pools, PoolShards shards, SiloControl silos) =>
            {
                silos.CheckName(silo);
                var names = (await pools.NamesAsync()).Where(AccessFilter.Caller(http).MayUse);
                return Answer(door, silo, await Task.WhenAll(names.Select(name => shards.StatusAsync(name))));
            }).Needs(AccessScope.Read, "read").Says<WorkersDocument>("The workers of all pools");
        app.MapGet(
            "/v1/pools/{pool}/workers", async (string pool, string? silo, PoolShards shards, SiloControl silos) =>
            {
                silos.CheckName(silo);
                var status = await door.Pools.AskAsync(pool, async () => await shards.FoundAsync(pool));
                return IsOn(status, silo) ? Answer(door, silo, status) : throw await shards.NotFoundAsync(pool, silo);
            }).Needs(AccessScope.Read, "read").Says<WorkersDocument>("The workers of a pool");
    }

    private static bool IsOn(PoolStatus pool, string? silo) =>
        silo is null || Array.Exists(pool.Shards, shard => shard.Shard.Silo == silo) || pool.SilentSilos.Contains(silo);

    private static IResult Answer(DoorServices door, string? silo, params PoolStatus[] pools)
    {
        bool IsMeant(string name) => silo is null || name == silo;
        var workers = from pool in pools
                      from shard in pool.Shards
                      where IsMeant(shard.Shard.Silo)
                      from worker in shard.Workers
                      select WorkerDocument.From(worker, text => FailureDetail.Cut(text, door.Door.Detail));
        var silent = pools.SelectMany(pool => pool.SilentSilos).Where(IsMeant).Distinct(StringComparer.Ordinal);
        return Results.Json(
            new WorkersDocument(
                [
                    .. workers.OrderBy(worker => worker.Silo, StringComparer.Ordinal)
                        .ThenBy(worker => worker.Pool, StringComparer.Ordinal).ThenBy(worker => worker.Slot),
                ],
                [.. silent.Order(StringComparer.Ordinal)]),
            StatusDocument.Json);
    }
}

/// <summary>The answer; the command line reads it too.</summary>
/// <param name="Workers">By silo, pool and slot.</param>
/// <param name="SilentSilos">Names of silos in the cluster that did not answer within two seconds.</param>
internal sealed record WorkersDocument(WorkerDocument[] Workers, string[] SilentSilos);
