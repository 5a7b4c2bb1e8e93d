using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>
/// Puts the protection that is chosen into the connections of a client. Nothing of it acts on a call: only on a connection.
/// </summary>
internal static class ProtectedConnections
{
    /// <summary>Each gateway is judged by its address, which may come from a name or a database.</summary>
    public static void Dial(IConnectionBuilder builder, ConnectionProtection protection, TimeProvider time, ILogger logger)
    {
        if (protection.Tls is { } files)
        {
            new TlsConnections(protection, new CertificateSource(files, logger), time).Dial(builder, ClusterPort.Gateway);
            return;
        }

        var secret = new SecretConnections(protection, time, logger);
        builder.Use(next => connection => protection.Choose(ConnectionProtection.IsLoopback(connection.RemoteEndPoint)) switch
        {
            Protection.Secret => secret.DialAsync(connection, next, ClusterPort.Gateway),
            Protection.None => next(connection),
            Protection.Refused => throw new RefusedConnectionException(
                $"the gateway {connection.RemoteEndPoint} is on another machine, and nothing would protect the connection. Set "
                + $"{protection.Section}:Tls, or {protection.Section}:AllowInsecure if a private network protects it."),
            var other => throw new ArgumentOutOfRangeException(nameof(builder), other, "There is no such protection."),
        });
    }
}
