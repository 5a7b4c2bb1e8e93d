using Microsoft.Extensions.Logging.Console;

namespace Snakepit.Silo.Serving;

/// <summary>The program's own log: one line for each event on the console, as text or as JSON.</summary>
internal static class SiloLogging
{
    /// <summary>The option of .NET's console log that says how it is written: <c>simple</c> or <c>json</c>.</summary>
    public const string FormatKey = "Logging:Console:FormatterName";

    public static void Configure(ILoggingBuilder logging, IConfiguration configuration, EarlyStop early, RunTimeLevels levels)
    {
        logging.ClearProviders();
        if (string.Equals(configuration[FormatKey], ConsoleFormatterNames.Json, StringComparison.OrdinalIgnoreCase))
        {
            logging.AddJsonConsole(console =>
            {
                console.TimestampFormat = "O";
                console.UseUtcTimestamp = true;
                console.IncludeScopes = true; // the trace and the request of a line of Python
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
        }

        // The silo must not wait for a log that is not read on, a worker's output least of all. The console drops the lines for which
        // it finds no room, and says how many.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        logging.AddFilter("Orleans", level => early.Passes(level, LogLevel.Warning));
        // A connection that is refused is one line of our own, and TLS would add a stack trace.
        logging.AddFilter("Orleans.Connections.Security", LogLevel.Error);
        // Orleans recommends the server garbage collector at each start; this program turns it off on purpose.
        logging.AddFilter("Orleans.Runtime.Silo", level => early.Passes(level, LogLevel.Error));
        // The watchdog's first check measures from the start of the host, so it warns at each start. Shards log pauses of the host
        // themselves.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddFilter("Polly", LogLevel.None); // of placement: callers are told what comes of a try
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // the answer to a probe says it
        logging.AddFilter("Microsoft", level => early.Passes(level, LogLevel.Warning));
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        levels.AddTo(logging);
    }
}
