using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Identity;
using Snakepit.Telemetry;

namespace Snakepit.Hosting.Telemetry;

/// <summary>
/// The silo's own pipeline of metrics and traces. What the options do not ask for is not made, because a pipeline without an exporter
/// would still have every call measured.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    /// <summary>What the last metrics and the last traces have each, when the silo stops.</summary>
    private const int LastSendMilliseconds = 1000;

    private readonly ExportTroubles? _troubles;

    public TelemetryExport(
        SnakepitOptions options, IServiceProviderIsService services, IEnumerable<ITelemetryPart> parts, ILoggerFactory loggers,
        TimeProvider time)
    {
        var own = services.IsService(typeof(MeterProvider)) || services.IsService(typeof(TracerProvider));
        var plan = ExportPlan.Of(options.OpenTelemetry, Environment.GetEnvironmentVariable, own);
        if (plan.Exports)
            _troubles = new ExportTroubles(loggers.CreateLogger(ExportTroubles.Category), time);
        var (exporters, all) = (new Exporters(plan, options.OpenTelemetry.Exporters.Otlp), parts.ToArray());
        if ((plan.Exports && plan.Metrics) || Array.Exists(all, static part => part.WantsMetrics))
            Metrics = MakeMetrics(options, plan, exporters, all);
        if (plan.Exports && plan.Traces)
            Traces = MakeTraces(options, exporters, all);
    }

    /// <summary>Null when no metrics are exported.</summary>
    public MeterProvider? Metrics { get; }

    /// <summary>Null when no traces are exported.</summary>
    public TracerProvider? Traces { get; }

    /// <summary>Sends what waits, as far as the collector takes it at once: a silo that stops does not wait for one that is away.</summary>
    public void Dispose()
    {
        Traces?.Shutdown(LastSendMilliseconds);
        Metrics?.Shutdown(LastSendMilliseconds);
        Traces?.Dispose();
        Metrics?.Dispose();
        _troubles?.Dispose();
    }

    private static MeterProvider MakeMetrics(SnakepitOptions options, ExportPlan plan, Exporters exporters, ITelemetryPart[] parts)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => Describe(resource, options))
            .AddMeter(SnakepitTelemetry.SourceName, "System.Runtime")
            .AddMeter([.. options.TelemetryMetrics.Meters]);
        if (plan.Traces && plan.Exports)
            builder.SetExemplarFilter(ExemplarFilterType.TraceBased);
        foreach (var part in parts)
            part.AddTo(builder);
        exporters.AddTo(builder);
        return builder.Build();
    }

    private static TracerProvider MakeTraces(SnakepitOptions options, Exporters exporters, ITelemetryPart[] parts)
    {
        var builder = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => Describe(resource, options))
            .AddSource(SnakepitTelemetry.SourceName);
        foreach (var part in parts)
            part.AddTo(builder);
        exporters.AddTo(builder);
        return builder.Build();
    }

    /// <summary>The environment has the last word.</summary>
    private static void Describe(ResourceBuilder resource, SnakepitOptions options) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService(
            "snakepit",
            serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3),
            serviceInstanceId: SiloIdentity.Name(options))
        .AddAttributes(options.OpenTelemetry.Resource.Select(pair => KeyValuePair.Create<string, object>(pair.Key, pair.Value)))
        .AddEnvironmentVariableDetector();
}
