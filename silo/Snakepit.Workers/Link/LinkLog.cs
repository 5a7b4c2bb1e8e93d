using Microsoft.Extensions.Logging;
using Snakepit.Identity;

namespace Snakepit.Workers.Link;

/// <summary>Event id 3006.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(3006, LogLevel.Debug, "Worker {Worker} answered request {RequestId} that nobody waits for")]
    public static partial void LateReply(ILogger logger, WorkerId worker, ulong requestId);
}
