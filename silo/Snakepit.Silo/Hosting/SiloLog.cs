namespace Snakepit.Silo.Hosting;

/// <summary>Event ids 4000-4099. Through the log, not straight to the console, which would wait when nobody reads it.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(4000, LogLevel.Information, "Snakepit silo '{Silo}' listens on {Urls}. Pools: {Pools}.")]
    public static partial void Listening(ILogger logger, string silo, string urls, string pools);

    [LoggerMessage(4001, LogLevel.Information, "Pools are ready after {Seconds:0.0} s.")]
    public static partial void PoolsReady(ILogger logger, double seconds);

    [LoggerMessage(4002, LogLevel.Warning, "Pools are ready after {Seconds:0.0} s, but not all of them: see 'snakepit status'.")]
    public static partial void SomePoolsReady(ILogger logger, double seconds);

    [LoggerMessage(4003, LogLevel.Warning, "Pools are not ready after {Limit} (PoolAwaitReadyTimeout); see 'snakepit status'. The silo goes on.")]
    public static partial void PoolsLate(ILogger logger, string limit);

    [LoggerMessage(4004, LogLevel.Information, "{Signal}: finishing what runs and stopping. A second Ctrl-C or SIGTERM ends everything at once.")]
    public static partial void Stopping(ILogger logger, string signal);

    [LoggerMessage(4005, LogLevel.Warning, "{Signal} again: killing all workers and leaving at once.")]
    public static partial void LeavingNow(ILogger logger, string signal);

    [LoggerMessage(4006, LogLevel.Warning, "{Shortage}")]
    public static partial void FewFiles(ILogger logger, string shortage);

    [LoggerMessage(
        4007, LogLevel.Warning,
        "THE HTTP DOOR IS OPEN TO OTHER MACHINES AT {Urls} AND HAS NO AUTHENTICATION: ALL WHO REACH IT CAN RUN EVERY TOOL. "
        + "LISTEN ON 127.0.0.1, OR PUT A PROXY THAT AUTHENTICATES IN FRONT AND A FIREWALL AROUND IT.")]
    public static partial void OpenDoor(ILogger logger, string urls);

    [LoggerMessage(4008, LogLevel.Debug, "A {Method} was turned away at the door ({Code}): {Reason}")]
    public static partial void TurnedAway(ILogger logger, string method, string code, string reason);

    [LoggerMessage(4009, LogLevel.Debug, "A caller was told less than this (Snakepit:Http:ErrorDetail is {Detail}): [{Code}, {Outcome}] {Reason}\n{Traceback}")]
    public static partial void ToldLess(ILogger logger, string detail, string code, string outcome, string reason, string traceback);

    [LoggerMessage(4010, LogLevel.Warning, "{Doubt}")]
    public static partial void DoubtfulOption(ILogger logger, string doubt);

    [LoggerMessage(4011, LogLevel.Information, "Stopped before the silo was started.")]
    public static partial void StoppedEarly(ILogger logger);

    [LoggerMessage(4012, LogLevel.Warning, "ANYBODY WHO REACHES PORT {SiloPort} OR {GatewayPort} AT {Address} CAN RUN TOOLS: THERE IS NO AUTHENTICATION YET. LET NOBODY BUT THIS CLUSTER'S SILOS AND CLIENTS THROUGH.")]
    public static partial void OpenPorts(ILogger logger, int siloPort, int gatewayPort, System.Net.IPAddress address);

    [LoggerMessage(4013, LogLevel.Warning, "Cluster:PrimarySilo is for experiments on one machine: the silo at {Address} is a single point of failure, and when it returns after a loss the others end themselves. Use Cluster:Provider postgres for a cluster that lasts.")]
    public static partial void PrimarySilo(ILogger logger, string address);
}
