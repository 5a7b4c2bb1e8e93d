using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Management;
using Snakepit.AspNetCore.OpenApi;
using Snakepit.AspNetCore.Problems;
using Snakepit.AspNetCore.Streams;
using Snakepit.AspNetCore.Telemetry;
using Snakepit.AspNetCore.Tools;
using Snakepit.Hosting.Health;

namespace Snakepit.AspNetCore;

/// <summary>Snakepit over HTTP.</summary>
public static class SnakepitHttpExtensions
{
    /// <summary>
    /// Maps the HTTP door of this silo: <c>POST v1/pools/{pool}/tools/{tool}</c>, the same with <c>/stream</c>,
    /// <c>GET v1/tools</c>, <c>POST v1/pools/{pool}/recycle</c>, <c>GET v1/status</c>, <c>GET v1/silos</c> and
    /// <c>POST v1/silos/{silo}/drain</c> and
    /// <c>/resume</c>. The application must be a silo (<c>AddSnakepitSilo</c>). Requests that
    /// web pages of other origins could send, and names that are not this host's, are refused as <c>Snakepit:Http</c> says.
    /// Callers need the keys and tokens of <c>Snakepit:Http</c>, where there are any (<c>AddSnakepitAccess</c>), or what the application
    /// demands with <c>RequireAuthorization</c> on what this returns. Without either the door serves programs of this machine only;
    /// where other machines reach it, it refuses every request and the log says so, unless the application calls
    /// <c>AllowAnonymous</c> on what this returns or <c>Snakepit:Http:AllowAnonymous</c> is true.
    /// </summary>
    /// <param name="app">The application, or a group of it.</param>
    /// <returns>Adds conventions to all of these endpoints.</returns>
    /// <exception cref="InvalidOperationException">The application has no pools: AddSnakepitSilo was not called.</exception>
    public static IEndpointConventionBuilder MapSnakepit(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(Core.Options.SnakepitOptions)) != true)
        {
            throw new InvalidOperationException(
                "MapSnakepit serves the pools of this process, and it has none: call builder.AddSnakepitSilo() before. "
                + "A frontend without pools calls tools by ISnakepitClient.");
        }

        var services = new DoorServices(app.ServiceProvider);
        DoorReport.OnStart(app.ServiceProvider, services);
        return app.MapDoor(services);
    }

    /// <summary>
    /// Maps <c>/health/live</c>, which answers while the process runs, and <c>/health/ready</c>: 200 when this silo takes calls, else 503,
    /// with the state of each pool.
    /// </summary>
    /// <param name="app">The application, or a group of it.</param>
    public static void MapSnakepitHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(PoolsHealthCheck.Tag),
            ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(new
            {
                status = report.Status.ToString(),
                pools = Pools(report),
            }),
        });
    }

    /// <summary>
    /// Makes <c>UseExceptionHandler</c> answer an uncaught <see cref="Snakepit.Errors.SnakepitException"/> with its status and problem
    /// document; other exceptions are left to other handlers. For silos and for frontends without pools.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets how much callers see.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSnakepitProblemDetails(
        this IServiceCollection services, Action<SnakepitProblemOptions>? configure = null)
    {
        services.AddProblemDetails();
        services.AddOptions<SnakepitProblemOptions>();
        if (configure is not null)
            services.Configure(configure);
        return services.AddExceptionHandler<SnakepitExceptionHandler>();
    }

    /// <summary>State by pool. Other checks have data of their own, which is not of pools.</summary>
    private static IReadOnlyDictionary<string, object> Pools(HealthReport report) =>
        report.Entries.TryGetValue(PoolsHealthCheck.Name, out var pools) ? pools.Data : ReadOnlyDictionary<string, object>.Empty;

    /// <summary>Maps the door's endpoints, with a door that the caller has made.</summary>
    internal static RouteGroupBuilder MapDoor(this IEndpointRouteBuilder app, DoorServices services)
    {
        var group = app.MapGroup("");
        group.AddEndpointFilter((context, next) => RequestGuard.FilterAsync(services, context, next));
        group.AddEndpointFilter((context, next) => AccessFilter.FilterAsync(services, context, next));
        group.AddEndpointFilter(FailureFilter.FilterAsync); // within the guard, which says how much callers are told
        group.MapTools(services);
        group.MapStreams(services);
        group.MapToolLists(services);
        group.MapStatus(services);
        group.MapWorkers(services);
        group.MapStacks(services);
        group.MapLogs(services);
        group.MapProfiles(services);
        group.MapSessions(services);
        group.MapRecycling(services);
        group.MapScaling(services);
        group.MapLoad(services);
        group.MapSilos(services);
        group.MapMetrics(services);
        group.MapOpenApiDocument();
        return group;
    }
}
