using System.Collections.Concurrent;
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
    /// <summary>Why other silos refuse this one, by their address. It tries again each second, and says the same only once.</summary>
    private readonly ConcurrentDictionary<string, string> _refusals = new();

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
        builder.Use(next => async connection =>
        {
            var silo = $"{connection.RemoteEndPoint}";
            try
            {
                await next(connection).ConfigureAwait(false);
                _refusals.TryRemove(silo, out _);
            }
            catch (RefusedConnectionException error)
            {
                var isNews = !_refusals.TryGetValue(silo, out var said) || said != error.Message;
                _refusals[silo] = error.Message;
                if (isNews)
                    SecurityLog.NotJoined(logger, error.Message);
                throw;
            }
        });
        var chosen = protection.Choose(isLoopback);
        if (chosen == Protection.Tls)
            _tls!.Dial(builder, ClusterPort.Silo);
        else if (chosen == Protection.Secret)
            builder.Use(next => connection => _secret.DialAsync(connection, next, ClusterPort.Silo));
    }
}
