using Microsoft.Extensions.Logging;

namespace Snakepit.Hosting.Access;

/// <summary>
/// Writes a line for each call of an Orleans client to what is for administrators, also for one that is refused. The HTTP door has lines
/// of its own in the same category. Thread-safe.
/// </summary>
internal sealed partial class ManagementAudit(ILoggerFactory loggers)
{
    /// <summary>The name of a refused caller in the log: it has proved none.</summary>
    private const string Unknown = "unknown";

    private readonly ILogger _logger = loggers.CreateLogger(AuditText.Category);
    private readonly RefusalLimit _refusals = new();

    /// <summary>The silo has taken the order.</summary>
    public void Done(string who, IIncomingGrainCallContext call) =>
        Done(_logger, AuditText.Plain(who), Action(call), Target(call), Parameters(call));

    /// <summary>The order did not work.</summary>
    public void Failed(string who, IIncomingGrainCallContext call, Exception error) =>
        Failed(_logger, AuditText.Plain(who), Action(call), Target(call), Parameters(call), AuditText.Plain(error.Message));

    /// <summary>The caller may not give it.</summary>
    public void Refused(IIncomingGrainCallContext call, string reason)
    {
        if (!_refusals.MayWrite(out var skipped))
            return;
        if (skipped > 0)
            Skipped(_logger, skipped);
        Refused(_logger, Unknown, Action(call), Target(call), Parameters(call), AuditText.Plain(reason));
    }

    private static string Action(IIncomingGrainCallContext call) =>
        $"{call.InterfaceMethod.DeclaringType?.Name}.{call.InterfaceMethod.Name}";

    private static string Target(IIncomingGrainCallContext call) => AuditText.Plain(call.TargetId.Key.ToString() ?? "");

    private static string Parameters(IIncomingGrainCallContext call) => string.Join(
        ' ',
        Enumerable.Range(0, call.Request.GetArgumentCount())
            .Select(call.Request.GetArgument)
            .Where(argument => argument is not (null or CancellationToken))
            .Select(argument => AuditText.Plain($"{argument}")));

    // Event ids 4105-4108 stand beside those of the HTTP door. Programs read them: neither ids nor names may change.
    [LoggerMessage(4105, LogLevel.Information, "{Who} (certificate): {Action} {Target} {Parameters}: done")]
    private static partial void Done(ILogger logger, string who, string action, string target, string parameters);

    [LoggerMessage(4106, LogLevel.Warning, "{Who} (certificate): {Action} {Target} {Parameters}: refused, {Reason}")]
    private static partial void Refused(
        ILogger logger, string who, string action, string target, string parameters, string reason);

    [LoggerMessage(4107, LogLevel.Warning, "{Who} (certificate): {Action} {Target} {Parameters}: failed, {Reason}")]
    private static partial void Failed(
        ILogger logger, string who, string action, string target, string parameters, string reason);

    [LoggerMessage(4108, LogLevel.Warning, "{Count} refused calls to what is for administrators were not written: they came too fast.")]
    private static partial void Skipped(ILogger logger, long count);
}
