namespace Snakepit.Silo.Serving;

/// <summary>
/// Event ids 4000, 4004, 4005, 4011 and 4021-4023. Lines go through the log and not straight to the console, which blocks while its reader
/// does not read.
/// </summary>
internal static partial class SiloLog
{
    /// <summary>
    /// The program's own logger. The host's has the program's name for its category, which as a filter would be the beginning of every
    /// category of this house.
    /// </summary>
    public static ILogger Of(WebApplication app) => app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Snakepit.Silo");

    [LoggerMessage(4000, LogLevel.Information, "Snakepit silo '{Silo}' listens on {Urls}. Pools: {Pools}.")]
    public static partial void Listening(ILogger logger, string silo, string urls, string pools);

    [LoggerMessage(
        4004, LogLevel.Information,
        "{Signal}: finishing what runs and stopping. A second Ctrl-C or SIGTERM ends everything at once.")]
    public static partial void Stopping(ILogger logger, string signal);

    [LoggerMessage(4005, LogLevel.Warning, "{Signal} again: killing all workers and leaving at once.")]
    public static partial void LeavingNow(ILogger logger, string signal);

    [LoggerMessage(
        4021, LogLevel.Critical,
        "The other silos have declared this one dead: it was cut off from them, or stood still, for too long. Its calls have ended for "
        + "their callers. It kills its workers and ends with exit code 4; started again, it joins as a new silo.")]
    public static partial void DeclaredDead(ILogger logger);

    [LoggerMessage(4022, LogLevel.Critical, "The silo cannot go on and ends with exit code 4: {Reason}")]
    public static partial void CannotGoOn(ILogger logger, Exception? error, string reason);

    [LoggerMessage(4011, LogLevel.Information, "Stopped before the silo was started.")]
    public static partial void StoppedEarly(ILogger logger);

    [LoggerMessage(
        4023, LogLevel.Warning,
        "The shards have not answered within {Interval}: systemd gets no ping, and ends the silo when it has got none for WatchdogSec.")]
    public static partial void NoPing(ILogger logger, TimeSpan interval);
}
