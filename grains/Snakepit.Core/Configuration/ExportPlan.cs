using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>What of a silo's measurements and traces is sent, and where to. Pure.</summary>
/// <param name="Otlp">The collector gets them.</param>
/// <param name="Metrics">Metrics are among them.</param>
/// <param name="Traces">Traces are among them.</param>
/// <param name="Console">Standard output gets them, too.</param>
public readonly record struct ExportPlan(bool Otlp, bool Metrics, bool Traces, bool Console)
{
    /// <summary>Where a collector listens when nothing says so.</summary>
    public const string DefaultEndpoint = "http://localhost:4318", DefaultGrpcEndpoint = "http://localhost:4317";

    /// <summary>The standard variable for the address of a collector.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Anything is sent.</summary>
    public bool Exports => (Otlp && (Metrics || Traces)) || Console;

    /// <summary>The standard variable that switches everything off, the page for Prometheus too.</summary>
    public static bool IsSwitchedOff(Func<string, string?> variable) =>
        variable("OTEL_SDK_DISABLED")?.Equals("true", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What the options and the standard variables ask for.</summary>
    /// <param name="options">The options.</param>
    /// <param name="variable">A variable of the environment; null when it is not set.</param>
    /// <param name="hasOwnPipeline">
    /// The application exports by itself. The standard variables are meant for that, so only the options count here.
    /// </param>
    public static ExportPlan Of(OpenTelemetryOptions options, Func<string, string?> variable, bool hasOwnPipeline)
    {
        if (options.Enabled == false || IsSwitchedOff(variable))
            return default;
        var named = options.Exporters.Otlp.Endpoint is not null
            || (!hasOwnPipeline && !string.IsNullOrEmpty(variable(EndpointVariable)));
        var console = options.Exporters.Console.Enabled;
        return new ExportPlan(
            named || (options.Enabled == true && !console),
            variable("OTEL_METRICS_EXPORTER") != "none",
            variable("OTEL_TRACES_EXPORTER") != "none",
            console);
    }
}
