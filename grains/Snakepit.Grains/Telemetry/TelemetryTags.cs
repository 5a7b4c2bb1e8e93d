using System.Text.Json;

namespace Snakepit.Grains.Telemetry;

/// <summary>Names of attributes and their values. Dashboards and alert rules have them, so they are never used for anything else.</summary>
internal static class TelemetryTags
{
    public const string Pool = "snakepit.pool";
    public const string Tool = "snakepit.tool";

    /// <summary><see cref="Succeeded"/>, or how surely a call that failed has not run.</summary>
    public const string Outcome = "snakepit.outcome";

    /// <summary>OpenTelemetry's name for the code of a failure; missing for what succeeded.</summary>
    public const string Error = "error.type";

    public const string Reason = "snakepit.reason";
    public const string ExitKind = "snakepit.exit.kind";
    public const string Slot = "snakepit.slot";
    public const string State = "snakepit.state";

    public const string Succeeded = "succeeded";
    public const string StartFailed = "start_failed";

    /// <summary>A value of an enum as it is written everywhere else outside of C#.</summary>
    public static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
