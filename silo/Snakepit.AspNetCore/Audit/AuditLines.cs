using Microsoft.Extensions.Logging;

namespace Snakepit.AspNetCore.Audit;

/// <summary>Event ids 4100-4104, of the category <c>Snakepit.Audit</c>. Programs read them: neither ids nor names may change.</summary>
internal static partial class AuditLines
{
    [LoggerMessage(4100, LogLevel.Information, "{Who} ({How}, from {From}): {Action} {Target} {Parameters}: done, {Status}")]
    public static partial void Done(
        ILogger logger, string who, string how, string from, string action, string target, string parameters, int status);

    [LoggerMessage(4101, LogLevel.Warning, "{Who} ({How}, from {From}): {Action} {Target} {Parameters}: refused, {Status} {Code}")]
    public static partial void Refused(
        ILogger logger, string who, string how, string from, string action, string target, string parameters, int status, string code);

    [LoggerMessage(4102, LogLevel.Warning, "{Who} ({How}, from {From}): {Action} {Target} {Parameters}: failed, {Status} {Code}")]
    public static partial void Failed(
        ILogger logger, string who, string how, string from, string action, string target, string parameters, int status, string code);

    [LoggerMessage(4103, LogLevel.Error, "An action is in the log and not in AuditFile '{Path}': {Reason}")]
    public static partial void Unwritten(ILogger logger, string path, string reason);

    [LoggerMessage(4104, LogLevel.Warning, "{Count} refused attempts were not written: they came too fast.")]
    public static partial void Skipped(ILogger logger, long count);
}
