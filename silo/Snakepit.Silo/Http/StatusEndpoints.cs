using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Grains.Pools;
using Snakepit.Silo.Health;
using Snakepit.Silo.Hosting;
using Snakepit.Workers.Orphans;

namespace Snakepit.Silo.Http;

/// <summary><c>GET /v1/status</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder app) => app.MapGet("/v1/status", async (
        bool? output, SnakepitOptions options, RunIdentity run, PoolShards shards, Door door) =>
    {
        var pools = await Task.WhenAll(options.Pools.Select(pool => shards.StatusAsync(pool.Name, output ?? false)));
        return Results.Json(
            new StatusDocument(
                SiloApplication.SiloName(options), run.InstanceName, run.RunId, Environment.ProcessId,
                [.. pools.Select(pool => PoolDocument.From(pool, text => FailureDetail.Cut(text, door.Detail)))]),
            StatusDocument.Json);
    });

    public static void MapSnakepitHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(PoolsHealthCheck.Tag),
            ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                pools = report.Entries.Values.SelectMany(entry => entry.Data).ToDictionary(pair => pair.Key, pair => pair.Value),
            }),
        });
    }
}
