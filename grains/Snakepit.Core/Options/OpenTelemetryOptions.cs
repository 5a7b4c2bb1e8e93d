namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:OpenTelemetry</c>. The standard variables <c>OTEL_*</c> set everything that it does not have.</summary>
public sealed record OpenTelemetryOptions
{
    [Option(
        "Whether metrics and traces are sent; false sends none, whatever else is set.",
        Guide = "opentelemetry.enabled", DefaultText = "true when an exporter is named here or by OTEL_EXPORTER_OTLP_ENDPOINT")]
    public bool? Enabled { get; set; }

    [Option("Where they are sent.", Guide = "opentelemetry.exporters")]
    public ExporterOptions Exporters { get; set; } = new();

    [Option("Attributes of this silo in them; OTEL_RESOURCE_ATTRIBUTES has the last word.", Guide = "opentelemetry.resource")]
    public IReadOnlyDictionary<string, string> Resource { get; set; } = new Dictionary<string, string>();
}

/// <summary>The section <c>Snakepit:OpenTelemetry:Exporters</c>.</summary>
public sealed record ExporterOptions
{
    [Option("To a collector.", Guide = "opentelemetry.exporters.otlp")]
    public OtlpOptions Otlp { get; set; } = new();

    [Option("To the console, for development.", Guide = "opentelemetry.exporters.console")]
    public ConsoleOptions Console { get; set; } = new();
}

/// <summary>The section <c>Snakepit:OpenTelemetry:Exporters:Otlp</c>.</summary>
public sealed record OtlpOptions
{
    [Option(
        "Address of the collector, for example http://collector:4318. The variable SNAKEPIT_OTEL_ENDPOINT sets it, too. Credentials "
        + "belong into OTEL_EXPORTER_OTLP_HEADERS.",
        Guide = "opentelemetry.exporters.otlp.endpoint", DefaultText = "`OTEL_EXPORTER_OTLP_ENDPOINT`, then http://localhost:4318")]
    public string? Endpoint { get; set; }

    [Option(
        "How the collector is spoken to.",
        Guide = "opentelemetry.exporters.otlp.protocol", DefaultText = "`OTEL_EXPORTER_OTLP_PROTOCOL`, then HttpProtobuf")]
    public OtlpProtocol? Protocol { get; set; }
}

/// <summary>How a collector is spoken to.</summary>
public enum OtlpProtocol
{
    HttpProtobuf,
    Grpc,
}

/// <summary>The section <c>Snakepit:OpenTelemetry:Exporters:Console</c>.</summary>
public sealed record ConsoleOptions
{
    [Option("Whether metrics and traces are written to standard output.", Guide = "opentelemetry.exporters.console.enabled")]
    public bool Enabled { get; set; }
}
