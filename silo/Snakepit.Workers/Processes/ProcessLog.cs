using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Processes;

/// <summary>Event id 3000.</summary>
internal static partial class ProcessLog
{
    [LoggerMessage(3000, LogLevel.Information, "Worker {Worker} started as process {Pid}")]
    public static partial void Started(ILogger logger, WorkerId worker, int pid);
}
