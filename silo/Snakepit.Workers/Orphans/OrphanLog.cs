using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Orphans;

/// <summary>Event ids 3100-3199.</summary>
internal static partial class OrphanLog
{
    [LoggerMessage(3100, LogLevel.Warning, "Killed process {Pid}, left over by an earlier run: {Reason}")]
    public static partial void Killed(ILogger logger, int pid, string reason);

    [LoggerMessage(3101, LogLevel.Warning, "Left process {Pid} alone: {Reason}")]
    public static partial void Kept(ILogger logger, int pid, string reason);

    [LoggerMessage(3102, LogLevel.Information, "Forgot process {Pid} of an earlier run: {Reason}")]
    public static partial void Forgotten(ILogger logger, int pid, string reason);

    [LoggerMessage(3103, LogLevel.Error, "Process {Pid} did not end, not even by SIGKILL")]
    public static partial void Remains(ILogger logger, int pid);

    [LoggerMessage(
        3104, LogLevel.Warning,
        "Skipped {Path}, which is no record of a worker: {Reason}. Delete it when it is of no use to anybody")]
    public static partial void Skipped(ILogger logger, string path, string reason);

    [LoggerMessage(3105, LogLevel.Error, "The record of worker {Worker} (process {Pid}) could not be written; it serves without one")]
    public static partial void NotWritten(ILogger logger, Exception error, WorkerId worker, int pid);

    [LoggerMessage(3106, LogLevel.Warning, "The record {Path} could not be removed: {Reason}")]
    public static partial void NotRemoved(ILogger logger, string path, string reason);

    [LoggerMessage(3107, LogLevel.Information, "Leftovers of earlier runs are not looked for: RogueCleanup.Enabled is false")]
    public static partial void Disabled(ILogger logger);

    [LoggerMessage(3108, LogLevel.Debug, "Leftovers of earlier runs cannot be looked for on this system")]
    public static partial void Unsupported(ILogger logger);
}
