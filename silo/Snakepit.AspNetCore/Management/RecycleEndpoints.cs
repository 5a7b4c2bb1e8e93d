using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Grains.Pools;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>POST /v1/pools/{pool}/recycle</c> replaces every worker of a pool by a fresh one, <c>?worker=pool@silo#slot</c> only that
/// slot's; <c>POST /v1/recycle</c> those of all pools. Answers at once with how many were marked; the replacement goes on behind it.
/// </summary>
internal static class RecycleEndpoints
{
    public static void MapRecycling(this IEndpointRouteBuilder app, DoorServices door)
    {
        app.MapPost(
            "/v1/pools/{pool}/recycle", async (string pool, string? worker, [AsParameters] WorkerSearch search) =>
            {
                var answer = await door.Pools.AskAsync(
                    pool, () => worker is null ? WholeAsync(pool, search.Shards) : OneAsync(pool, worker, search));
                return Results.Json(answer, StatusDocument.Json);
            }).Needs(AccessScope.Admin, "recycle").Says<RecycleDocument>("Replaces the workers of a pool, or one of them");
        app.MapPost("/v1/recycle", async (ClusterPools pools, PoolShards shards) =>
        {
            var names = await pools.NamesAsync();
            var answers = await Task.WhenAll(names.Select(shards.RecycleAsync));
            return Results.Json(
                new RecycleDocument(
                    answers.Sum(answer => answer.Marked ?? 0),
                    [.. answers.SelectMany(answer => answer.SilentSilos).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    names.Zip(answers).Where(pair => pair.Second.Marked is not null)
                        .ToDictionary(pair => pair.First, pair => pair.Second.Marked!.Value, StringComparer.Ordinal)),
                StatusDocument.Json);
        }).Needs(AccessScope.Admin, "recycle").Says<RecycleDocument>("Replaces the workers of all pools");
    }

    private static async ValueTask<RecycleDocument> WholeAsync(string pool, PoolShards shards)
    {
        var (marked, silent) = await shards.RecycleAsync(pool);
        return marked is { } count ? new RecycleDocument(count, silent) : throw await shards.NotFoundAsync(pool);
    }

    private static async ValueTask<RecycleDocument> OneAsync(string pool, string worker, WorkerSearch search)
    {
        var (grain, name) = search.Find(pool, worker);
        if (await grain.GetReportAsync() is not { } report)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"There is no worker '{worker}'.{await search.HintAsync(pool, worker)} 'snakepit workers' lists them.");
        }

        if (name.Generation is { } number && report.Worker.Generation != number)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest, $"Worker '{worker}' is not there any more; in its place is '{report.Worker}'.");
        }

        return new RecycleDocument(await grain.RecycleAsync() ? 1 : 0, []);
    }
}

/// <summary>The answer; the command line reads it too.</summary>
/// <param name="Marked">Workers that will be replaced; those that are being replaced already do not count.</param>
/// <param name="SilentSilos">Silos that did not answer within two seconds. They may have heard it, or not.</param>
/// <param name="Pools">Of all pools: the number of each.</param>
internal sealed record RecycleDocument(int Marked, string[]? SilentSilos, Dictionary<string, int>? Pools = null);
