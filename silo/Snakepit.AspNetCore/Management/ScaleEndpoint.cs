using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>POST /v1/pools/{pool}/scale?size=N</c> gives a pool another number of workers on each silo, with <c>&amp;silo=NAME</c> on one;
/// <c>?reset=true</c> goes back to the number of the configuration. Answers at once; workers start and leave behind it.
/// </summary>
internal static class ScaleEndpoint
{
    public static void MapScaling(this IEndpointRouteBuilder app, DoorServices door) => app.MapPost(
        "/v1/pools/{pool}/scale", async (string pool, string? size, string? reset, string? silo, PoolShards shards, SiloControl silos) =>
        {
            var wanted = Size(size, reset);
            silos.CheckName(silo);
            // That one silo has no such pool says nothing about the pool.
            var sizes = await door.Pools.AskAsync(pool, async () =>
                await shards.ScaleAsync(pool, wanted, silo) is var scaled && scaled.Count == 0 && silo is null
                    ? throw await shards.NotFoundAsync(pool)
                    : scaled);
            return sizes.Count == 0
                ? throw await shards.NotFoundAsync(pool, silo)
                : Results.Json(new ScaleDocument(pool, sizes), StatusDocument.Json);
        }).Needs(AccessScope.Admin, "scale").Says<ScaleDocument>("Gives a pool another number of workers");

    private static int? Size(string? size, string? reset) => (size, reset) switch
    {
        (null, "true") => null,
        ({ } text, null) when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new SnakepitException(
            SnakepitErrorCode.InvalidRequest, "Expected either size, a whole number of workers for each silo, or reset=true."),
    };
}

/// <summary>The answer: the number of workers that each silo keeps now.</summary>
internal sealed record ScaleDocument(string Pool, Dictionary<string, int> Sizes);
