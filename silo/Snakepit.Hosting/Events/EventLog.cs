using Microsoft.Extensions.Logging;

namespace Snakepit.Hosting.Events;

/// <summary>Event id 4030.</summary>
internal static partial class EventLog
{
    [LoggerMessage(4030, LogLevel.Error, "A handler of ISnakepitEvents threw at an event {Event}; the other handlers got it")]
    public static partial void HandlerThrew(ILogger logger, Exception error, string @event);
}
