using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Grains.Pools;
using Snakepit.Pools;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/pools/{pool}/load</c>: two numbers by which an autoscaler adds and removes silos, and what they follow from.
/// </summary>
internal static class LoadEndpoint
{
    public static void MapLoad(this IEndpointRouteBuilder app, DoorServices door) => app.MapGet(
        "/v1/pools/{pool}/load", async (string pool, PoolShards shards) =>
        {
            var status = await door.Pools.AskAsync(pool, async () => await StatusAsync(pool, shards));
            return Results.Json(LoadDocument.From(status), StatusDocument.Json);
        }).Needs(AccessScope.Read, "read");

    private static async Task<PoolStatus> StatusAsync(string pool, PoolShards shards) =>
        await shards.StatusAsync(pool) is { Shards.Length: > 0 } status
            ? status
            : throw shards.NotFound(pool);
}

/// <summary>The load of a pool over all silos that take work.</summary>
/// <param name="Pool">Its name.</param>
/// <param name="Silos">Silos that answered and are not drained.</param>
/// <param name="Queued">Calls that wait.</param>
/// <param name="Running">Calls on workers.</param>
/// <param name="Capacity">Calls that the ready workers take at once.</param>
/// <param name="Load">Calls waiting and running over capacity: 1 when every worker is busy and nothing waits.</param>
/// <param name="QueueWaitSeconds">How long the call that waits longest has waited; 0 when none waits.</param>
internal sealed record LoadDocument(
    string Pool, int Silos, int Queued, int Running, int Capacity, double Load, double QueueWaitSeconds)
{
    public static LoadDocument From(PoolStatus status)
    {
        var shards = status.Shards.Where(shard => shard.State != PoolState.Draining).ToArray();
        var (queued, running, capacity) =
            (shards.Sum(shard => shard.Queued), shards.Sum(shard => shard.Running), shards.Sum(shard => shard.Capacity));
        return new LoadDocument(
            status.Pool, shards.Length, queued, running, capacity,
            Math.Round((queued + running) / (double)Math.Max(1, capacity), 3),
            Math.Round(shards.Select(shard => shard.OldestWait.TotalSeconds).DefaultIfEmpty().Max(), 3));
    }
}
