using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;
using Snakepit.Sessions;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/sessions</c> lists the sessions of every pool with their workers, <c>GET /v1/pools/{pool}/sessions</c> those of one pool, the
/// latest used first; <c>?silo=NAME</c> leaves the other silos out, <c>?most=N</c> lists so many. It is a management verb, because callers
/// that know the name of a session can take part in it.
/// </summary>
internal static class SessionEndpoints
{
    public const int Most = 1000;

    private const int DefaultMost = 100;

    public static void MapSessions(this IEndpointRouteBuilder app, DoorServices door)
    {
        app.MapGet("/v1/sessions", async (string? silo, int? most, ClusterPools pools, PoolShards shards, SiloControl silos) =>
        {
            silos.CheckName(silo);
            var number = Number(most);
            var answers = await Task.WhenAll((await pools.NamesAsync()).Select(name => shards.SessionsAsync(name, silo, number)));
            return Answer(number, [.. answers.Select(answer => answer ?? ([], []))]);
        }).Needs(AccessScope.Admin, "sessions");
        app.MapGet(
            "/v1/pools/{pool}/sessions", async (string pool, string? silo, int? most, PoolShards shards, SiloControl silos) =>
            {
                var number = Number(most);
                return Answer(
                    number, await PoolOnSilo.AskAsync(door, pool, silo, shards, silos, () => shards.SessionsAsync(pool, silo, number)));
            }).Needs(AccessScope.Admin, "sessions");
    }

    private static int Number(int? most) => most switch
    {
        null => DefaultMost,
        >= 1 and <= Most => most.Value,
        _ => throw new SnakepitException(SnakepitErrorCode.InvalidRequest, $"most is {most}; 1 to {Most} sessions are listed."),
    };

    private static IResult Answer(int most, params (SessionList[] Lists, string[] SilentSilos)[] pools)
    {
        var lists = pools.SelectMany(pool => pool.Lists).ToList();
        return Results.Json(
            new SessionsDocument(
                lists.Sum(list => list.Total),
                [
                    .. lists.SelectMany(list => list.Sessions).OrderBy(session => session.Idle)
                        .ThenBy(session => session.Session, StringComparer.Ordinal).Take(most).Select(SessionDocument.From),
                ],
                [.. pools.SelectMany(pool => pool.SilentSilos).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]),
            StatusDocument.Json);
    }
}

/// <summary>The answer; the command line reads it too.</summary>
/// <param name="Total">How many sessions the shards know.</param>
/// <param name="Sessions">The latest used first.</param>
/// <param name="SilentSilos">Names of silos in the cluster that did not answer within two seconds.</param>
internal sealed record SessionsDocument(int Total, SessionDocument[] Sessions, string[] SilentSilos);

/// <summary>A session, and the worker that had its latest call.</summary>
internal sealed record SessionDocument(string Session, string Pool, string Silo, string Worker, int Running, double IdleSeconds)
{
    public static SessionDocument From(SessionReport session) => new(
        session.Session, session.Worker.Slot.Shard.Pool, session.Worker.Slot.Shard.Silo, session.Worker.ToString(), session.Running,
        Math.Round(session.Idle.TotalSeconds, 3));
}
