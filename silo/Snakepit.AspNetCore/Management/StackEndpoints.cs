using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>POST /v1/stack</c> answers with what the threads of every worker do at this moment, <c>POST /v1/pools/{pool}/stack</c> with those of
/// one pool; <c>?silo=NAME</c> and <c>?slot=N</c> leave the others out, <c>?worker=pool@silo#slot</c> all but one. The workers go on. It is
/// a management verb, because stacks show more of the code than its callers see.
/// </summary>
internal static class StackEndpoints
{
    public static void MapStacks(this IEndpointRouteBuilder app, DoorServices door)
    {
        app.MapPost(
            "/v1/stack", async (string? silo, int? slot, ClusterPools pools, PoolShards shards, SiloControl silos) =>
            {
                silos.CheckName(silo);
                var answers = await Task.WhenAll((await pools.NamesAsync()).Select(name => shards.StacksAsync(name, silo, slot)));
                return Answer(slot, [.. answers.Select(answer => answer ?? ([], []))]);
            }).Needs(AccessScope.Admin, "stack").Says<StacksDocument>("What the code of all workers does now");
        app.MapPost(
            "/v1/pools/{pool}/stack",
            async (string pool, string? silo, int? slot, string? worker, [AsParameters] WorkerSearch search) => worker is null
                ? Answer(slot, await PoolOnSilo.AskAsync(
                    door, pool, silo, search.Shards, search.Silos, () => search.Shards.StacksAsync(pool, silo, slot)))
                : Answer(null, (await door.Pools.AskAsync(pool, () => AskAsync(pool, worker, silo, slot, search)), [])))
            .Needs(AccessScope.Admin, "stack").Says<StacksDocument>("What the code of a pool's workers does now");
    }

    private static async ValueTask<WorkerStacks[]> AskAsync(string pool, string worker, string? silo, int? slot, WorkerSearch search)
    {
        if (silo is not null || slot is not null)
            throw new SnakepitException(SnakepitErrorCode.InvalidRequest, $"The name '{worker}' says silo and slot: leave those out.");
        var (grain, name) = search.Find(pool, worker);
        var stacks = await grain.GetStacksAsync();
        WorkerStacks[] its = [.. stacks.Where(each => name.Generation is not { } generation || each.Worker.Generation == generation)];
        return its.Length > 0 ? its : throw await search.NotRunningAsync(pool, worker);
    }

    private static IResult Answer(int? slot, params (WorkerStacks[] Workers, string[] SilentSilos)[] pools)
    {
        var workers = pools.SelectMany(pool => pool.Workers).Select(StackDocument.From).ToList();
        string[] silent = [.. pools.SelectMany(pool => pool.SilentSilos).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (workers.Count == 0 && silent.Length == 0 && slot is not null)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest, $"No worker runs in slot {slot}; 'snakepit workers' lists them with their slots.");
        }

        return Results.Json(
            new StacksDocument(
                [
                    .. workers.OrderBy(worker => worker.Silo, StringComparer.Ordinal)
                        .ThenBy(worker => worker.Pool, StringComparer.Ordinal).ThenBy(worker => worker.Slot),
                ],
                silent),
            StatusDocument.Json);
    }
}

/// <summary>The answer; the command line reads it too.</summary>
/// <param name="Workers">By silo, pool and slot.</param>
/// <param name="SilentSilos">Names of silos in the cluster that did not answer within five seconds.</param>
internal sealed record StacksDocument(StackDocument[] Workers, string[] SilentSilos);

/// <summary>What the threads of one worker do, or why that is not known.</summary>
internal sealed record StackDocument(
    string Id, string Silo, string Pool, int Slot, int Generation, int Pid, string? Stacks, string? Silence)
{
    public static StackDocument From(WorkerStacks stacks) => new(
        stacks.Worker.ToString(), stacks.Worker.Slot.Shard.Silo, stacks.Worker.Slot.Shard.Pool, stacks.Worker.Slot.Slot,
        stacks.Worker.Generation, stacks.Pid, stacks.Stacks, stacks.Silence);
}
