using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>POST /v1/pools/{pool}/profile?worker=pool@silo#slot&amp;seconds=10</c> takes samples of what the threads of a worker do, and answers
/// with a file for speedscope. Its calls go on. It is a management verb, as stacks are.
/// </summary>
internal static class ProfileEndpoints
{
    public const int MostSeconds = 60;

    private const int DefaultSeconds = 10;

    public static void MapProfiles(this IEndpointRouteBuilder app, DoorServices door) => app.MapPost(
        "/v1/pools/{pool}/profile",
        async (string pool, string worker, int? seconds, [AsParameters] WorkerSearch search, HttpContext http) =>
        {
            var time = seconds ?? DefaultSeconds;
            if (time is < 1 or > MostSeconds)
            {
                throw new SnakepitException(
                    SnakepitErrorCode.InvalidRequest, $"seconds is {time}; a profile takes 1 to {MostSeconds} seconds.");
            }

            var samples = await door.Pools.AskAsync(pool, () => AskAsync(pool, worker, time, search, http));
            return Results.Bytes(samples, MediaTypeNames.Application.Json);
        }).Needs(AccessScope.Admin, "profile");

    private static async ValueTask<byte[]> AskAsync(
        string pool, string worker, int seconds, WorkerSearch search, HttpContext http)
    {
        var (grain, name) = search.Find(pool, worker);
        var asked = grain.GetSamplesAsync(name.Generation, TimeSpan.FromSeconds(seconds));
        var samples = await WaitAsync(asked, http)
            ?? throw await search.NotRunningAsync(pool, worker);
        return samples.Speedscope
            ?? throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"There is no profile of worker '{samples.Worker}' (process {samples.Pid}): {samples.Refusal}.");
    }

    private static async Task<WorkerSamples?> WaitAsync(Task<WorkerSamples?> asked, HttpContext http)
    {
        try
        {
            return await StoppingSilo.WaitAsync(asked, http);
        }
        catch (SiloStopsException)
        {
            throw new SnakepitException(
                SnakepitErrorCode.PoolDraining, "The silo that was asked stops before the profile is there; ask another silo.");
        }
    }
}
