using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Snakepit.Hosting.Telemetry;
using Snakepit.Telemetry;

namespace Snakepit.Hosting;

/// <summary>Metrics and traces of a silo.</summary>
public static class SnakepitTelemetryExtensions
{
    /// <summary>
    /// Sends the silo's metrics and traces where <c>Snakepit:OpenTelemetry</c> and the standard variables <c>OTEL_*</c> say, and nowhere
    /// when they name no place. An application that has an OpenTelemetry pipeline of its own (<c>AddOpenTelemetry</c>) gets the meter and
    /// the activity source <c>Snakepit</c> in it, and the variables are left to that pipeline. A second call does nothing.
    /// </summary>
    /// <param name="services">The services of a silo (<c>AddSnakepitSilo</c>).</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSnakepitTelemetry(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(TelemetryExport)))
            return services;
        services.ConfigureOpenTelemetryMeterProvider(static metrics => metrics.AddMeter(SnakepitTelemetry.SourceName));
        services.ConfigureOpenTelemetryTracerProvider(static traces => traces.AddSource(SnakepitTelemetry.SourceName));
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TelemetryExport>();
        services.AddHostedService<TelemetryService>();
        return services;
    }
}
