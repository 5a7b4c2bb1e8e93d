namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:TelemetryMetrics</c>.</summary>
public sealed record TelemetryMetricsOptions
{
    [Option("Metrics for Prometheus.", Guide = "telemetry_metrics.prometheus")]
    public PrometheusOptions Prometheus { get; set; } = new();

    [Option("Further meters of the process that are published, by name, for example Microsoft.Orleans.")]
    public IReadOnlyList<string> Meters { get; set; } = [];
}

/// <summary>The section <c>Snakepit:TelemetryMetrics:Prometheus</c>.</summary>
public sealed record PrometheusOptions
{
    [Option(
        "Whether the HTTP door answers GET /metrics. A door with keys wants one with the scope read.",
        Guide = "telemetry_metrics.prometheus.enabled", DefaultText = "true on loopback addresses, else false")]
    public bool? Enabled { get; set; }
}
