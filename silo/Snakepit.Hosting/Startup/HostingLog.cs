using System.Net;
using Microsoft.Extensions.Logging;

namespace Snakepit.Hosting.Startup;

/// <summary>Event ids 4001-4003, 4006, 4010, 4012-4014 and 4024.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(4001, LogLevel.Information, "Pools are ready after {Seconds:0.0} s.")]
    public static partial void PoolsReady(ILogger logger, double seconds);

    [LoggerMessage(4002, LogLevel.Warning, "Pools are ready after {Seconds:0.0} s, but not all of them: see 'snakepit status'.")]
    public static partial void SomePoolsReady(ILogger logger, double seconds);

    [LoggerMessage(
        4003, LogLevel.Warning,
        "Pools are not ready after {Limit} (PoolAwaitReadyTimeout); see 'snakepit status'. The silo goes on.")]
    public static partial void PoolsLate(ILogger logger, string limit);

    [LoggerMessage(4006, LogLevel.Warning, "{Shortage}")]
    public static partial void FewFiles(ILogger logger, string shortage);

    [LoggerMessage(4010, LogLevel.Warning, "{Doubt}")]
    public static partial void DoubtfulOption(ILogger logger, string doubt);

    [LoggerMessage(
        4012, LogLevel.Warning,
        "ANYBODY WHO REACHES PORT {SiloPort} OR {GatewayPort} AT {Address} CAN RUN TOOLS: Cluster:AllowInsecure IS SET. "
        + "LET NOBODY BUT THIS CLUSTER'S SILOS AND CLIENTS THROUGH.")]
    public static partial void OpenPorts(ILogger logger, int siloPort, int gatewayPort, IPAddress address);

    [LoggerMessage(
        4013, LogLevel.Warning,
        "Cluster:PrimarySilo is for experiments on one machine: the silo at {Address} is a single point of failure, and when it returns "
        + "after a loss the others end themselves. Use Cluster:Provider postgres for a cluster that lasts.")]
    public static partial void PrimarySilo(ILogger logger, string address);

    [LoggerMessage(
        4024, LogLevel.Information,
        "Pool '{Pool}' is left to other silos of the cluster: its Silos:Roles asks for {Wanted}, Snakepit:Roles of this silo has {Roles}.")]
    public static partial void PoolElsewhere(ILogger logger, string pool, string wanted, string roles);

    [LoggerMessage(
        4014, LogLevel.Warning, "The sizes that pools were scaled to are not known, so the configured ones count: {Path}: {Reason}")]
    public static partial void SizesUnreadable(ILogger logger, string path, string reason);
}
