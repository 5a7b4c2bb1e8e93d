using System.Net;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>Log messages about connections that are refused. Event ids 6100 to 6199.</summary>
internal static partial class SecurityLog
{
    public const string Category = "Snakepit.Connections";

    [LoggerMessage(6100, LogLevel.Warning, "A connection from {Peer} to the {Port} port is refused: {Reason}")]
    public static partial void Refused(ILogger logger, EndPoint? peer, string port, string reason);

    [LoggerMessage(6101, LogLevel.Error, "No connection to another silo of the cluster: {Reason}")]
    public static partial void NotJoined(ILogger logger, string reason);
}
