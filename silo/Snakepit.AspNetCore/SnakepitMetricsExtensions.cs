using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.Telemetry;
using Snakepit.Hosting;
using Snakepit.Hosting.Telemetry;

namespace Snakepit.AspNetCore;

/// <summary>Metrics of a silo over HTTP.</summary>
public static class SnakepitMetricsExtensions
{
    /// <summary>
    /// Makes <c>MapSnakepit</c> answer <c>GET metrics</c> for Prometheus when <c>Snakepit:TelemetryMetrics:Prometheus:Enabled</c> is true.
    /// Calls <c>AddSnakepitTelemetry</c>, too. A second call does nothing.
    /// </summary>
    /// <param name="services">The services of a silo.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSnakepitMetrics(this IServiceCollection services)
    {
        if (services.Any(service => service.ImplementationType == typeof(PrometheusPart)))
            return services;
        services.AddSingleton<ITelemetryPart, PrometheusPart>();
        return services.AddSnakepitTelemetry();
    }
}
