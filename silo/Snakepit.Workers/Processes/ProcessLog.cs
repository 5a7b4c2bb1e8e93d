using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Processes;

/// <summary>Event ids 3000, 3010 to 3019.</summary>
internal static partial class ProcessLog
{
    [LoggerMessage(3000, LogLevel.Information, "Worker {Worker} started as process {Pid}")]
    public static partial void Started(ILogger logger, WorkerId worker, int pid);

    [LoggerMessage(EventId = 3010, EventName = "Output", Message = "[{Worker}] {Line}")]
    public static partial void Output(ILogger logger, LogLevel level, WorkerId worker, string line);

    [LoggerMessage(
        3011, LogLevel.Warning,
        "Worker {Worker} writes too much: {Dropped} lines were left out of the log. WorkerOutput.LinesPerSecond is {LinesPerSecond}; raise "
        + "it or WorkerOutput.BurstLines, or print less")]
    public static partial void OutputDropped(ILogger logger, WorkerId worker, long dropped, int linesPerSecond);

    [LoggerMessage(3012, LogLevel.Warning, "The socket '{Socket}' cannot be removed: {Reason}. It goes when the silo stops")]
    public static partial void SocketNotRemoved(ILogger logger, string socket, string reason);

    [LoggerMessage(
        3013, LogLevel.Warning,
        "The runtime folder '{Folder}' was gone and has been made again. Something on this host removes it; exclude it there, or point "
        + "XDG_RUNTIME_DIR to a folder that nobody cleans up")]
    public static partial void RuntimeFolderRestored(ILogger logger, string folder);
}
