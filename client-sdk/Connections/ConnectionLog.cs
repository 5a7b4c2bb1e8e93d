using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Connections;

/// <summary>Log messages about a client's connection to its cluster. Event ids 6000 to 6099.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(6000, LogLevel.Information, "Connected to cluster {ClusterId} at {Place} after {Seconds:0.0} s")]
    public static partial void Connected(ILogger logger, string clusterId, string place, double seconds);

    [LoggerMessage(6001, LogLevel.Warning, "No silo answers at {Place}: {Reason}. Trying again; calls wait within their budgets")]
    public static partial void NotConnected(ILogger logger, string place, string reason);

    [LoggerMessage(6002, LogLevel.Error, "The connection to the cluster at {Place} cannot be made, and is not tried again")]
    public static partial void Failed(ILogger logger, string place, Exception error);

    [LoggerMessage(6003, LogLevel.Information, "Gateways are {Gateways}")]
    public static partial void GatewaysFound(ILogger logger, string gateways);

    [LoggerMessage(6004, LogLevel.Warning, "The gateways could not be read: {Reason}. The {Count} known ones stay in use")]
    public static partial void GatewaysNotRead(ILogger logger, string reason, int count);

    [LoggerMessage(6005, LogLevel.Warning, "The gateways' name {Host} is not resolved: {Reason}. Its {Count} known addresses stay in use")]
    public static partial void NameNotResolved(ILogger logger, string host, string reason, int count);

    [LoggerMessage(6006, LogLevel.Information, "The gateways' name {Host} is resolved again")]
    public static partial void NameResolvedAgain(ILogger logger, string host);
}
