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
            var status = await door.Pools.AskAsync(pool, async () => await shards.FoundAsync(pool));
            return Results.Json(LoadDocument.From(status), StatusDocument.Json);
        }).Needs(AccessScope.Read, "read").Says<LoadDocument>("The load of a pool, for autoscalers");
}

/// <summary>The load of a pool over all silos that take work.</summary>
/// <param name="Pool">Its name.</param>
/// <param name="Silos">Silos that answered and are not drained.</param>
/// <param name="Queued">Calls that wait.</param>
/// <param name="Running">Calls on workers.</param>
/// <param name="Capacity">Calls that the ready workers take at once.</param>
/// <param name="LargestCapacity">The same with as many workers as the silos may give themselves.</param>
/// <param name="Load">
/// Calls waiting and running over the largest capacity: 1 when every worker that there may be is busy and nothing waits.
/// </param>
/// <param name="QueueWaitSeconds">How long the call that waits longest has waited; 0 when none waits.</param>
internal sealed record LoadDocument(
    string Pool, int Silos, int Queued, int Running, int Capacity, int LargestCapacity, double Load, double QueueWaitSeconds)
{
    public static LoadDocument From(PoolStatus status)
    {
        var shards = status.Shards.Where(shard => shard.State != PoolState.Draining).ToArray();
        var (queued, running) = (shards.Sum(shard => shard.Queued), shards.Sum(shard => shard.Running));
        var (capacity, largest) = (shards.Sum(shard => shard.Capacity), shards.Sum(Largest));
        return new LoadDocument(
            status.Pool, shards.Length, queued, running, capacity, largest,
            Math.Round((queued + running) / (double)Math.Max(1, largest), 3),
            Math.Round(shards.Select(shard => shard.OldestWait.TotalSeconds).DefaultIfEmpty().Max(), 3));
    }

    /// <summary>A silo of an earlier version does not say it.</summary>
    private static int Largest(ShardReport shard) => Math.Max(shard.Capacity, shard.LargestCapacity);
}
