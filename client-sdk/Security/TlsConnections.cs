using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace Snakepit.Client.Security;

/// <summary>
/// TLS in which both sides show a certificate of the cluster's authority with a role that fits. TLS does not compare
/// names of hosts: a process with a silo's certificate is a silo, wherever it runs. Both sides look at certificates when a
/// connection begins. Thread-safe.
/// </summary>
internal sealed class TlsConnections(ConnectionProtection protection, CertificateSource certificates, TimeProvider time)
{
    private const byte Accepted = 1;

    private const string NoTls = "the other side does not speak TLS, shows no certificate or does not accept ours";

    /// <summary>The attempt that a callback of TLS belongs to: callbacks get no connection.</summary>
    private static readonly AsyncLocal<TlsAttempt?> Attempt = new();

    /// <summary>The side that opens connections. The listener is to be a silo.</summary>
    public void Dial(IConnectionBuilder builder, ClusterPort port)
    {
        builder.Use(next => async connection =>
        {
            if (FilesFlaw() is { } flaw)
                throw new RefusedConnectionException(flaw);
            var attempt = Attempt.Value = new TlsAttempt();
            await next(connection).ConfigureAwait(false); // TLS that fails comes back without a word
            if (!attempt.HasPassed)
            {
                throw new RefusedConnectionException(
                    $"no TLS with the silo at {connection.RemoteEndPoint}: "
                    + $"{attempt.Reason ?? "it has ended the connection, or does not speak TLS"}. See {protection.Section}:Tls.");
            }
        });
        builder.UseClientTls(Options(role => role == ClusterRole.Silo, "a silo"));
        builder.Use(next => async connection =>
        {
            Attempt.Value!.HasPassed = true;
            if (!await IsAcceptedAsync(connection).ConfigureAwait(false))
            {
                throw new RefusedConnectionException(
                    $"the silo at {connection.RemoteEndPoint} does not accept the certificate of {protection.Section}:Tls at its {port} "
                    + "port; the silo's log says why.");
            }

            await next(connection).ConfigureAwait(false);
        });
    }

    /// <summary>The side that accepts connections.</summary>
    /// <param name="builder">The port's connections.</param>
    /// <param name="port">Decides which roles may enter.</param>
    /// <param name="refused">Is told of a connection that is refused, with the reason.</param>
    public void Listen(IConnectionBuilder builder, ClusterPort port, Action<ConnectionContext, string> refused)
    {
        builder.Use(next => async connection =>
        {
            var attempt = Attempt.Value = new TlsAttempt { Reason = FilesFlaw() };
            if (attempt.Reason is null)
                await next(connection).ConfigureAwait(false);
            if (!attempt.HasPassed)
                refused(connection, $"{attempt.Reason ?? NoTls}.");
        });
        builder.UseServerTls(Options(role => ClusterRoles.MayEnter(role, port), port == ClusterPort.Silo ? "a silo" : "a client or silo"));
        builder.Use(next => async connection =>
        {
            Attempt.Value!.HasPassed = true;
            await connection.Transport.Output.WriteAsync(new[] { Accepted }).ConfigureAwait(false);
            await next(connection).ConfigureAwait(false);
        });
    }

    /// <summary>The certificate that the other side of a connection has shown, once TLS has begun.</summary>
    public static X509Certificate2? Shown(ConnectionContext connection) =>
        connection.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate;

    /// <summary>
    /// With TLS 1.3 the dialer is done before the listener has looked at its certificate, so the listener says that it has.
    /// </summary>
    private async Task<bool> IsAcceptedAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(SecretConnections.Limit, time);
        try
        {
            var read = await connection.Transport.Input.ReadAtLeastAsync(1, limit.Token).ConfigureAwait(false);
            if (read.Buffer.IsEmpty)
                return false;
            var isAccepted = read.Buffer.FirstSpan[0] == Accepted;
            connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1));
            return isAccepted;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private string? FilesFlaw()
    {
        try
        {
            _ = certificates.Current;
            return null;
        }
        catch (IOException error)
        {
            return $"the certificates cannot be used ({protection.Section}:Tls): {error.Message.TrimEnd('.')}.";
        }
    }

    private TlsOptions Options(Func<ClusterRole, bool> fits, string wanted) => new()
    {
        LocalServerCertificateSelector = (_, _) => certificates.Current.Own,
        LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Current.Own,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.AllowCertificate, // of a certificate that is fixed, which there is none of
        HandshakeTimeout = SecretConnections.Limit,
        OnAuthenticateAsServer = (_, tls) =>
            ((SslServerAuthenticationOptions)tls.SslServerAuthenticationOptions).CertificateChainPolicy = ChainPolicy(),
        OnAuthenticateAsClient = (_, tls) =>
            ((SslClientAuthenticationOptions)tls.SslClientAuthenticationOptions).CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidation = (certificate, chain, errors) =>
        {
            var flaw = Flaw(certificate, chain, errors, fits, wanted);
            if (Attempt.Value is { } attempt)
                attempt.Reason = flaw;
            return flaw is null;
        },
    };

    private X509ChainPolicy ChainPolicy() => AuthorityChain.Policy(certificates.Current.Authorities);

    private string? Flaw(
        X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, Func<ClusterRole, bool> fits, string wanted)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
        {
            var status = chain?.ChainStatus is [var first, ..] ? first.StatusInformation.Trim().TrimEnd('.') : $"{errors}";
            return $"the certificate '{certificate.Subject}' is not one of this cluster's authority "
                + $"({protection.Section}:Tls:AuthorityFile): {status}";
        }

        return fits(ClusterRoles.Of(certificate))
            ? null
            : $"the certificate '{certificate.Subject}' is not that of {wanted}: its subject needs OU={Units(fits)}";
    }

    private static string Units(Func<ClusterRole, bool> fits) => string.Join(
        " or OU=", new[] { ClusterRole.Silo, ClusterRole.Client, ClusterRole.Admin }.Where(fits).Select(ClusterRoles.Unit));

    private sealed class TlsAttempt
    {
        public bool HasPassed { get; set; }

        public string? Reason { get; set; }
    }
}
