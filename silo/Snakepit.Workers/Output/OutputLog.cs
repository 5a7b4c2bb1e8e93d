using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Output;

/// <summary>Event ids 3010 and 3011.</summary>
internal static partial class OutputLog
{
    [LoggerMessage(EventId = 3010, EventName = "Output", Message = "[{Worker}] {Line}")]
    public static partial void Output(ILogger logger, LogLevel level, WorkerId worker, string line);

    [LoggerMessage(
        3011, LogLevel.Warning,
        "Worker {Worker} writes too much: {Dropped} lines were left out of the log. WorkerOutput.LinesPerSecond is {LinesPerSecond}; raise "
        + "it or WorkerOutput.BurstLines, or print less")]
    public static partial void OutputDropped(ILogger logger, WorkerId worker, long dropped, int linesPerSecond);
}
