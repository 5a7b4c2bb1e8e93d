using System.Net;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>A silo that sends its metrics and traces to a collector in the test, and has a page for Prometheus.</summary>
public sealed class ExportingSilo : IAsyncLifetime
{
    public const string Service = "snakepit-under-test";

    internal OtlpReceiver Collector { get; } = new();

    public SiloUnderTest Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool("tracing.Tracing", size: 1), SiloUnderTest.Pool("broken_import", size: 1, name: "broken")],
            ["OpenTelemetry:Resource:deployment.environment=test"],
            new Dictionary<string, string?>
            {
                ["SNAKEPIT_OTEL_ENDPOINT"] = Collector.Url,
                ["OTEL_SERVICE_NAME"] = Service,
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
            });
        await Silo.SeeAsync(
            () => Silo.TryGetAsync("health/ready"),
            status => status == HttpStatusCode.OK,
            "the pool that serves is ready, and the other one has failed",
            ClusterUnderTest.Limit);
        await Silo.CallAsync("add", new { a = 1, b = 2 });
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        Collector.Dispose();
    }
}
