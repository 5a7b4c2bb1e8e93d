using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>Puts the protection that is chosen into the connections of Orleans. Nothing of it acts on a call: only on a connection.</summary>
internal static class ProtectedConnections
{
    /// <summary>The side of a client. Each gateway is judged by its address, which may come from a name or a database.</summary>
    public static void Dial(IConnectionBuilder builder, ConnectionProtection protection, TimeProvider time, ILogger logger)
    {
        var secret = new SecretConnections(protection, time, logger);
        builder.Use(next => connection => protection.Choose(ConnectionProtection.IsLoopback(connection.RemoteEndPoint)) switch
        {
            Protection.Secret => secret.DialAsync(connection, next, ClusterPort.Gateway),
            Protection.None => next(connection),
            Protection.Refused => throw new RefusedConnectionException(
                $"the gateway {connection.RemoteEndPoint} is on another machine, and nothing would protect the connection. Set "
                + $"{protection.Section}:AllowInsecure if a private network does."),
            var other => throw new ArgumentOutOfRangeException(nameof(builder), other, "There is no such protection."),
        });
    }

    /// <summary>A silo's side that opens connections to other silos.</summary>
    public static void DialSilo(IConnectionBuilder builder, SecretConnections secret, ILogger logger) =>
        builder.Use(next =>
        {
            string? said = null; // silos try again each second
            return async connection =>
            {
                try
                {
                    await secret.DialAsync(connection, next, ClusterPort.Silo).ConfigureAwait(false);
                }
                catch (RefusedConnectionException error)
                {
                    if (Interlocked.Exchange(ref said, error.Message) != error.Message)
                        SecurityLog.NotJoined(logger, error.Message);
                    throw;
                }
            };
        });

    /// <summary>A silo's side that accepts connections.</summary>
    public static void Listen(IConnectionBuilder builder, SecretConnections secret, ClusterPort port) =>
        builder.Use(next => connection => secret.ListenAsync(connection, next, port));
}
