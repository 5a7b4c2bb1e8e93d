using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Telemetry;

namespace Snakepit.AspNetCore.Telemetry;

/// <summary>What the HTTP door adds to what a silo exports: a page for Prometheus, and its own requests.</summary>
internal sealed class PrometheusPart(SnakepitOptions options, IServiceProvider services) : ITelemetryPart
{
    /// <summary>
    /// Asked for, or the door is known to be this machine's own. An application of its own has its addresses only after this is made.
    /// </summary>
    public bool WantsMetrics { get; } =
        !ExportPlan.IsSwitchedOff(Environment.GetEnvironmentVariable)
        && (options.TelemetryMetrics.Prometheus.Enabled ?? services.GetService<Door>() is { IsOpen: false });

    /// <inheritdoc/>
    public void AddTo(MeterProviderBuilder metrics)
    {
        metrics.AddMeter("Microsoft.AspNetCore.Hosting"); // requests by route; not those of connections and memory pools
        if (WantsMetrics)
            metrics.AddPrometheusExporter();
    }

    /// <inheritdoc/>
    public void AddTo(TracerProviderBuilder traces) => traces.AddAspNetCoreInstrumentation(
        static requests => requests.Filter = static http => !IsOfMachines(http.Request.Path));

    /// <summary>Probes and scrapes come every few seconds and tell nothing.</summary>
    private static bool IsOfMachines(Microsoft.AspNetCore.Http.PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments(MetricsEndpoint.Path, StringComparison.Ordinal);
}
