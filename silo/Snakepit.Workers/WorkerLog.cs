using Microsoft.Extensions.Logging;

namespace Snakepit.Workers;

/// <summary>Event ids 3000-3099.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(3000, LogLevel.Information, "Worker {Worker} started as process {Pid}")]
    public static partial void Started(ILogger logger, WorkerId worker, int pid);

    [LoggerMessage(3001, LogLevel.Information, "Worker {Worker} is ready after {Milliseconds} ms (process {Pid}, Python {Python}, {Tools} tools)")]
    public static partial void Ready(ILogger logger, WorkerId worker, long milliseconds, int pid, string python, int tools);

    [LoggerMessage(3002, LogLevel.Information, "Worker {Worker} left: {Reason}")]
    public static partial void Left(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Worker {Worker} (process {Pid}) died: {Reason}. Its last output:\n{Output}")]
    public static partial void Died(ILogger logger, WorkerId worker, int pid, string reason, string output);

    [LoggerMessage(3004, LogLevel.Error, "Worker {Worker} did not start: {Reason}")]
    public static partial void StartFailed(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "Worker {Worker} is killed: {Reason}")]
    public static partial void Killed(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3006, LogLevel.Debug, "Worker {Worker} answered request {RequestId} that nobody waits for")]
    public static partial void LateReply(ILogger logger, WorkerId worker, ulong requestId);

    [LoggerMessage(3007, LogLevel.Warning, "Link to worker {Worker} broke")]
    public static partial void LinkBroke(ILogger logger, Exception error, WorkerId worker);

    [LoggerMessage(3008, LogLevel.Information, "Python {Version} at {Executable}, started as {Path}")]
    public static partial void Interpreter(ILogger logger, string version, string executable, string path);

    [LoggerMessage(EventId = 3010, EventName = "Output", Message = "[{Worker}] {Line}")]
    public static partial void Output(ILogger logger, LogLevel level, WorkerId worker, string line);

    [LoggerMessage(3011, LogLevel.Warning, "Worker {Worker} writes too much: {Dropped} lines were left out of the log. WorkerOutput.LinesPerSecond is {LinesPerSecond}; raise it or WorkerOutput.BurstLines, or print less")]
    public static partial void OutputDropped(ILogger logger, WorkerId worker, long dropped, int linesPerSecond);

    [LoggerMessage(3012, LogLevel.Warning, "The socket '{Socket}' cannot be removed: {Reason}. It goes when the silo stops")]
    public static partial void SocketNotRemoved(ILogger logger, string socket, string reason);

    [LoggerMessage(3013, LogLevel.Warning, "The runtime folder '{Folder}' was gone and has been made again. Something on this host removes it; exclude it there, or point XDG_RUNTIME_DIR to a folder that nobody cleans up")]
    public static partial void RuntimeFolderRestored(ILogger logger, string folder);
}
