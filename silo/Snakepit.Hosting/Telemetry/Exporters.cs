using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Telemetry;

/// <summary>Adds the exporters that a plan asks for.</summary>
internal sealed class Exporters(ExportPlan plan, OtlpOptions otlp)
{
    public void AddTo(MeterProviderBuilder metrics)
    {
        if (!plan.Metrics)
            return;
        if (plan.Otlp)
            metrics.AddOtlpExporter(exporter => Configure(exporter, "v1/metrics"));
        if (plan.Console)
            metrics.AddConsoleExporter();
    }

    public void AddTo(TracerProviderBuilder traces)
    {
        if (plan.Otlp)
            traces.AddOtlpExporter(exporter => Configure(exporter, "v1/traces"));
        if (plan.Console)
            traces.AddConsoleExporter();
    }

    /// <summary>What the options do not say, the package reads from the environment.</summary>
    private void Configure(OtlpExporterOptions exporter, string path)
    {
        var isNamedByVariables = Environment.GetEnvironmentVariable(ExportPlan.EndpointVariable) is { Length: > 0 };
        if (otlp.Protocol is { } protocol)
            exporter.Protocol = protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        else if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") is null or "")
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        if (otlp.Endpoint is null && isNamedByVariables)
            return;
        // The package takes an endpoint that it is given as it is, for each signal.
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.Grpc
            ? new Uri(otlp.Endpoint ?? ExportPlan.DefaultGrpcEndpoint)
            : new Uri($"{(otlp.Endpoint ?? ExportPlan.DefaultEndpoint).TrimEnd('/')}/{path}");
    }
}
