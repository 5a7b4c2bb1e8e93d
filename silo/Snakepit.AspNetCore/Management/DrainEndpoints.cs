using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Silos;
using Snakepit.Silos;

namespace Snakepit.AspNetCore.Management;

/// <summary>
/// <c>GET /v1/silos</c> lists the silos of the cluster; <c>POST /v1/silos/{silo}/drain</c> (<c>?timeout=5m</c>, <c>?stay=true</c>) takes
/// one of them out of service and <c>/resume</c> takes that back. Both answer at once with the silo's document.
/// </summary>
internal static class DrainEndpoints
{
    public static void MapSilos(this IEndpointRouteBuilder app, DoorServices door)
    {
        SiloDocument Document(SiloReport report, HttpContext http) =>
            SiloDocument.From(report, AccessFilter.Caller(http), door.Door.Detail);
        app.MapGet("/v1/silos", async (ILocalSiloDetails silo, SiloControl silos, HttpContext http) =>
        {
            var (reports, silent) = await silos.ReportsAsync();
            return Results.Json(
                new SilosDocument(silo.Name, [.. reports.Select(report => Document(report, http))], silent), StatusDocument.Json);
        }).Needs(AccessScope.Read, "read").Says<SilosDocument>("The silos of the cluster");
        app.MapPost("/v1/silos/{silo}/drain", async (string silo, string? timeout, string? stay, SiloControl silos, HttpContext http) =>
            Results.Json(Document(await silos.DrainAsync(silo, Limit(timeout), Flag(stay)), http), StatusDocument.Json))
            .Needs(AccessScope.Admin, "drain").Says<SiloDocument>("Takes a silo out of service");
        app.MapPost("/v1/silos/{silo}/resume", async (string silo, SiloControl silos, HttpContext http) =>
            Results.Json(Document(await silos.ResumeAsync(silo), http), StatusDocument.Json))
            .Needs(AccessScope.Admin, "resume").Says<SiloDocument>("Puts a silo back into service");
    }

    private static TimeSpan? Limit(string? timeout) => timeout is null
        ? null
        : Duration.TryParse(timeout) ?? throw Invalid($"timeout is '{timeout}'; expected {Duration.Forms} or infinite.");

    private static bool Flag(string? stay) => stay is not null
        && (bool.TryParse(stay, out var value) ? value : throw Invalid($"stay is '{stay}'; expected true or false."));

    private static SnakepitException Invalid(string message) => new(SnakepitErrorCode.InvalidRequest, message);
}
