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

    [LoggerMessage(6102, LogLevel.Information, "New certificates are in use: {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificatesRead(ILogger logger, string subject, DateTime notAfter);

    [LoggerMessage(6103, LogLevel.Warning, "The certificates have changed and cannot be read; the earlier ones stay in use: {Reason}")]
    public static partial void CertificatesNotRead(ILogger logger, string reason);
}
