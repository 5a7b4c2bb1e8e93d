using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>Puts the protection that is chosen into the connections of a silo: at its two ports, and to other silos.</summary>
/// <param name="protection">What a person has written.</param>
/// <param name="isLoopback">The ports listen on loopback. The silos of a cluster are configured alike.</param>
/// <param name="time">The application's clock.</param>
/// <param name="logger">Hears of connections that are refused.</param>
internal sealed class ProtectedPorts(ConnectionProtection protection, bool isLoopback, TimeProvider time, ILogger logger)
{
    private readonly SecretConnections _secret = new(protection, time, logger);

    private readonly TlsConnections? _tls = protection.Tls is { } files
        ? new TlsConnections(protection, new CertificateSource(files, logger), time)
        : null;

    /// <summary>Connections that come to a port.</summary>
    public void Listen(IConnectionBuilder builder, ClusterPort port)
    {
        switch (protection.Choose(isLoopback))
        {
            case Protection.Tls:
                _tls!.Listen(builder, port, (connection, reason) =>
                    SecurityLog.Refused(logger, connection.RemoteEndPoint, $"{port}", reason));
                break;
            case Protection.Secret:
                builder.Use(next => connection => _secret.ListenAsync(connection, next, port));
                break;
            case Protection.None:
                break;
            case var other:
                throw new ArgumentOutOfRangeException(nameof(builder), other, "A silo without protection does not get as far as this.");
        }
    }

    /// <summary>Connections to other silos.</summary>
    public void Dial(IConnectionBuilder builder)
    {
        builder.Use(next =>
        {
            string? said = null; // silos try again each second
            return async connection =>
            {
                try
                {
                    await next(connection).ConfigureAwait(false);
                }
                catch (RefusedConnectionException error)
                {
                    if (Interlocked.Exchange(ref said, error.Message) != error.Message)
                        SecurityLog.NotJoined(logger, error.Message);
                    throw;
                }
            };
        });
        var chosen = protection.Choose(isLoopback);
        if (chosen == Protection.Tls)
            _tls!.Dial(builder, ClusterPort.Silo);
        else if (chosen == Protection.Secret)
            builder.Use(next => connection => _secret.DialAsync(connection, next, ClusterPort.Silo));
    }
}
