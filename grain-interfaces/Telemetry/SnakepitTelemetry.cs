namespace Snakepit.Telemetry;

/// <summary>Names under which activities and metrics are published.</summary>
public static class SnakepitTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string SourceName = "Snakepit";
}
