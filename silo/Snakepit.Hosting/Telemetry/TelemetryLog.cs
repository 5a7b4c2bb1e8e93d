using Microsoft.Extensions.Logging;

namespace Snakepit.Hosting.Telemetry;

/// <summary>Event id 4031.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(
        4031, LogLevel.Warning,
        "Metrics or traces do not reach their place (Snakepit:OpenTelemetry:Exporters, OTEL_*). Calls are not affected. "
        + "{Source}: {Problem}")]
    public static partial void ExportTrouble(ILogger logger, string source, string problem);
}
