using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Host;

/// <summary>Event ids 3001 to 3005 and 3007; the other numbers up to 3099 belong to the logs of the folders beside.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(
        3001, LogLevel.Information,
        "Worker {Worker} is ready after {Milliseconds} ms (process {Pid}, Python {Python}, {Tools} tools)")]
    public static partial void Ready(ILogger logger, WorkerId worker, long milliseconds, int pid, string python, int tools);

    [LoggerMessage(3002, LogLevel.Information, "Worker {Worker} exited as asked: {Reason}")]
    public static partial void Exited(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Worker {Worker} (process {Pid}) died: {Reason}. Its last output:\n{Output}")]
    public static partial void Died(ILogger logger, WorkerId worker, int pid, string reason, string output);

    [LoggerMessage(3004, LogLevel.Error, "Worker {Worker} did not start: {Reason}")]
    public static partial void StartFailed(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "Worker {Worker} is killed: {Reason}")]
    public static partial void Killed(ILogger logger, WorkerId worker, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "Link to worker {Worker} broke")]
    public static partial void LinkBroke(ILogger logger, Exception error, WorkerId worker);
}
