using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Grains.Pools;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>POST /v1/pools/{pool}/recycle</c> replaces every worker of a pool by a fresh one, <c>?worker=pool@silo#slot</c> only that
/// slot's. Answers at once with how many were marked; the replacement goes on behind it.
/// </summary>
internal static class RecycleEndpoints
{
    public static void MapRecycling(this IEndpointRouteBuilder app, DoorServices door) => app.MapPost(
        "/v1/pools/{pool}/recycle",
        (string pool, string? worker, IGrainFactory grains, PoolShards shards) =>
            RecycleAsync(door, pool, () => worker is null ? WholeAsync(pool, shards) : OneAsync(pool, worker, grains)))
        .Needs(AccessScope.Admin, "recycle");

    private static async Task<IResult> RecycleAsync(DoorServices door, string pool, Func<ValueTask<int>> recycle) =>
        Results.Json(new { marked = await door.Pools.AskAsync(pool, recycle) });

    private static async ValueTask<int> WholeAsync(string pool, PoolShards shards) =>
        await shards.RecycleAsync(pool) ?? throw shards.NotFound(pool);

    private static async ValueTask<int> OneAsync(string pool, string worker, IGrainFactory grains)
    {
        SlotId slot;
        try
        {
            slot = SlotId.FromKey(WithoutGeneration(worker));
        }
        catch (FormatException error)
        {
            throw new SnakepitException(SnakepitErrorCode.InvalidRequest, error.Message);
        }

        if (slot.Shard.Pool != pool)
            throw new SnakepitException(SnakepitErrorCode.InvalidRequest, $"Worker '{worker}' is not of pool '{pool}'.");
        var grain = grains.GetGrain<IWorkerGrain>(slot.ToString());
        if (await grain.GetReportAsync() is not { } report)
            throw new SnakepitException(SnakepitErrorCode.InvalidRequest, $"There is no worker '{worker}'; 'snakepit status' lists them.");
        if (slot.ToString() != worker && report.Worker.ToString() != worker)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest, $"Worker '{worker}' is not there any more; in its place is '{report.Worker}'.");
        }

        return await grain.RecycleAsync() ? 1 : 0;
    }

    /// <summary>Status shows workers as <c>pool@silo#slot.generation</c>, and that is what people paste.</summary>
    private static string WithoutGeneration(string worker)
    {
        var slot = worker.LastIndexOf('#');
        var dot = slot < 0 ? -1 : worker.IndexOf('.', slot);
        return dot < 0 ? worker : worker[..dot];
    }
}
