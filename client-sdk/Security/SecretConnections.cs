using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>
/// Puts the handshake before the first byte of each connection. The secret is read for each, so that a new one counts for the next
/// connection. Thread-safe.
/// </summary>
internal sealed class SecretConnections(ConnectionProtection protection, TimeProvider time, ILogger logger)
{
    /// <summary>How long the handshake may take. It is three messages; on loopback it takes a millisecond.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private string Knob => $"{protection.Section}:SecretFile";

    private string Advice => $"run both sides as one user, or name one file for both in {Knob}.";

    /// <summary>The side that opens connections.</summary>
    /// <exception cref="RefusedConnectionException">The listener has not proved that it knows the secret.</exception>
    public async Task DialAsync(ConnectionContext connection, ConnectionDelegate next, ClusterPort port)
    {
        var silo = connection.RemoteEndPoint;
        if (await FlawAsync(connection, Handshake.DialAsync, silo, $"the silo at {silo}", port).ConfigureAwait(false) is { } reason)
            throw new RefusedConnectionException(reason);
        await next(connection).ConfigureAwait(false);
    }

    /// <summary>The side that accepts connections. One that is refused ends here, and is in the log.</summary>
    public async Task ListenAsync(ConnectionContext connection, ConnectionDelegate next, ClusterPort port)
    {
        var own = connection.LocalEndPoint;
        if (await FlawAsync(connection, Handshake.ListenAsync, own, "the other side", port).ConfigureAwait(false) is { } reason)
            SecurityLog.Refused(logger, connection.RemoteEndPoint, $"{port}", reason);
        else
            await next(connection).ConfigureAwait(false);
    }

    /// <summary>What keeps the connection from being made; null when both sides have proved that they know the secret.</summary>
    private async Task<string?> FlawAsync(
        ConnectionContext connection,
        Func<IDuplexPipe, HandshakeTerms, CancellationToken, Task<HandshakeEnd>> shakeHands,
        EndPoint? listener,
        string other,
        ClusterPort port)
    {
        if (Read(out var flaw) is not { } secret)
            return flaw;
        var terms = new HandshakeTerms(secret, port, Place(listener));
        return Explain(
            await RunAsync(connection, stop => shakeHands(connection.Transport, terms, stop)).ConfigureAwait(false), other, port);
    }

    /// <summary>Null for the end means that the time is up.</summary>
    private async Task<HandshakeEnd?> RunAsync(ConnectionContext connection, Func<CancellationToken, Task<HandshakeEnd>> run)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        try
        {
            return await run(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException) // the connection has ended
        {
            return HandshakeEnd.NotSpoken;
        }
    }

    private byte[]? Read(out string? reason)
    {
        try
        {
            var secret = SecretFile.TryRead(protection.SecretPath);
            reason = secret is not null
                ? null
                : $"there is no secret at '{protection.SecretPath}'. A silo makes it when it starts: {Advice}";
            return secret;
        }
        catch (IOException error)
        {
            reason = $"the secret cannot be used ({Knob}): {error.Message.TrimEnd('.')}.";
            return null;
        }
    }

    private string? Explain(HandshakeEnd? end, string other, ClusterPort port) => end switch
    {
        HandshakeEnd.Agreed => null,
        HandshakeEnd.OtherSecret =>
            $"{other} does not have the secret in '{protection.SecretPath}': {Advice}",
        HandshakeEnd.OtherPort =>
            $"{other} does not mean the {port} port. SiloPort (11111) is for silos, GatewayPort (30000) for clients.",
        HandshakeEnd.NotSpoken =>
            $"{other} does not prove that it has the secret in '{protection.SecretPath}'. It has ended the connection, or it asks for no "
            + $"secret: both sides need the same of SecretFile, AllowInsecure and Tls in {protection.Section}.",
        null => $"{other} has not answered within {Limit.TotalSeconds:0} s to prove that it has the secret in '{protection.SecretPath}'.",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "A handshake has no such end."),
    };

    /// <summary>Behind an address translation both sides see different addresses, but not on loopback.</summary>
    private static string Place(EndPoint? end) =>
        end is IPEndPoint { Address: var address, Port: var port } && IPAddress.IsLoopback(address)
        ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port).ToString()
        : "";
}
