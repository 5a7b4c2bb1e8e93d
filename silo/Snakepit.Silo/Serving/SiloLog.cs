namespace Snakepit.Silo.Serving;

/// <summary>
/// Event ids 4000, 4004, 4005, 4011 and 4012. Lines go through the log and not straight to the console, which blocks while its reader does
/// not read.
/// </summary>
internal static partial class SiloLog
{
    [LoggerMessage(4000, LogLevel.Information, "Snakepit silo '{Silo}' listens on {Urls}. Pools: {Pools}.")]
    public static partial void Listening(ILogger logger, string silo, string urls, string pools);

    [LoggerMessage(
        4004, LogLevel.Information,
        "{Signal}: finishing what runs and stopping. A second Ctrl-C or SIGTERM ends everything at once.")]
    public static partial void Stopping(ILogger logger, string signal);

    [LoggerMessage(4005, LogLevel.Warning, "{Signal} again: killing all workers and leaving at once.")]
    public static partial void LeavingNow(ILogger logger, string signal);

    [LoggerMessage(4011, LogLevel.Information, "Stopped before the silo was started.")]
    public static partial void StoppedEarly(ILogger logger);

    [LoggerMessage(
        4012, LogLevel.Warning,
        "The shards have not answered within {Interval}: systemd gets no ping, and ends the silo when it has got none for WatchdogSec.")]
    public static partial void NoPing(ILogger logger, TimeSpan interval);
}
