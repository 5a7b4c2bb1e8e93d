using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Access;
using Snakepit.Hosting.Telemetry;

namespace Snakepit.AspNetCore.Telemetry;

/// <summary><c>GET /metrics</c>: the silo's metrics as text for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    /// <summary>Nothing is mapped when the metrics are not wanted.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder app, DoorServices services)
    {
        if (app.ServiceProvider.GetServices<ITelemetryPart>().OfType<PrometheusPart>().FirstOrDefault() is not { WantsMetrics: true })
            return;
        var page = new Lazy<RequestDelegate>(() => Page(app));
        app.MapGet(Path, (Delegate)(async (HttpContext http) =>
        {
            if (AccessRule.RefuseSomePools(AccessFilter.Caller(http), "read", "metrics") is { } refusal)
                await Refusals.WriteAsync(http, services, refusal, AccessFilter.Caller(http));
            else
                await page.Value(http);
            return Results.Empty;
        })).Needs(AccessScope.Read, "read").WithSummary("Metrics for Prometheus").WithTags("management");
    }

    private static RequestDelegate Page(IEndpointRouteBuilder app)
    {
        var branch = app.CreateApplicationBuilder();
        var metrics = app.ServiceProvider.GetRequiredService<TelemetryExport>().Metrics;
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, predicate: static _ => true, path: null, null, null);
        return branch.Build();
    }
}
