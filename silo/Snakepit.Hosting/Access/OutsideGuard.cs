using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Snakepit.Client.Security;

namespace Snakepit.Hosting.Access;

/// <summary>
/// Guards connections that have shown a client's certificate. Administrators and silos are trusted with what the guard keeps from clients.
/// </summary>
internal static class OutsideGuard
{
    /// <summary>To be put behind TLS.</summary>
    public static void Add(IConnectionBuilder gateway, string clusterId, ILogger logger) => gateway.Use(next => async connection =>
    {
        if (TlsConnections.Shown(connection) is { } certificate && ClusterRoles.Of(certificate) is ClusterRole.Silo or ClusterRole.Admin)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        var reader = new GuardedReader(transport.Input, clusterId, reason =>
            SecurityLog.Refused(logger, connection.RemoteEndPoint, $"{ClusterPort.Gateway}", $"{reason}."));
        connection.Transport = new Guarded(reader, transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    private sealed record Guarded(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
