using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Snakepit.Client.Security;

/// <summary>
/// A call that the holder of an administrator's certificate has signed. A call may pass through a silo to another one, which has not seen
/// the caller's connection; the signature travels with it. It holds for one method of one grain and for a few minutes. TLS keeps others
/// from seeing it.
/// </summary>
internal static class AdminProof
{
    /// <summary>Key in the context that Orleans sends with a call.</summary>
    public const string ContextKey = "snakepit.admin";

    /// <summary>How far the clocks of two hosts may be apart.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Unreadable = "its signature cannot be read";

    private const int Ahead = sizeof(int) + sizeof(long);

    /// <summary>Signs a call.</summary>
    public static byte[] Make(X509Certificate2 own, string call, DateTimeOffset now)
    {
        var certificate = own.RawData;
        var proof = new byte[Ahead];
        BinaryPrimitives.WriteInt32LittleEndian(proof, certificate.Length);
        BinaryPrimitives.WriteInt64LittleEndian(proof.AsSpan(sizeof(int)), now.ToUnixTimeMilliseconds());
        return [.. proof, .. certificate, .. Sign(own, Said(call, now.ToUnixTimeMilliseconds()))];
    }

    /// <summary>What is wrong with a proof; null when nothing is.</summary>
    /// <param name="proof">What came with the call.</param>
    /// <param name="call">The call that came.</param>
    /// <param name="authorities">Whose certificates count.</param>
    /// <param name="now">The present time.</param>
    /// <param name="who">The certificate's subject, to be believed only when there is no flaw; empty when it cannot be read.</param>
    public static string? Flaw(
        byte[] proof, string call, X509Certificate2Collection authorities, DateTimeOffset now, out string who)
    {
        who = "";
        if (proof.Length <= Ahead)
            return Unreadable;
        var length = BinaryPrimitives.ReadInt32LittleEndian(proof);
        if (length <= 0 || length > proof.Length - Ahead)
            return Unreadable;
        var at = BinaryPrimitives.ReadInt64LittleEndian(proof.AsSpan(sizeof(int)));
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(proof.AsSpan(Ahead, length));
            who = certificate.Subject;
            if (!AuthorityChain.Has(authorities, certificate))
                return $"the certificate '{certificate.Subject}' is not one of this cluster's authority";
            if (ClusterRoles.Of(certificate) is not (ClusterRole.Admin or ClusterRole.Silo))
            {
                return $"the certificate '{certificate.Subject}' is not that of an administrator: its subject needs "
                    + $"OU={ClusterRoles.Unit(ClusterRole.Admin)}";
            }

            if (!Fits(certificate, Said(call, at), proof.AsSpan(Ahead + length)))
                return "its signature is that of another call";
            return Math.Abs(now.ToUnixTimeMilliseconds() - (double)at) <= Window.TotalMilliseconds
                ? null
                : $"it was signed more than {Window.TotalMinutes:0} minutes ago, or the clocks of the two hosts differ by more than that";
        }
        catch (CryptographicException)
        {
            return "its certificate cannot be read";
        }
    }

    private static byte[] Said(string call, long at) => Encoding.UTF8.GetBytes($"snakepit admin {at} {call}");

    private static byte[] Sign(X509Certificate2 own, byte[] said)
    {
        if (own.GetECDsaPrivateKey() is { } elliptic)
        {
            using (elliptic)
                return elliptic.SignData(said, HashAlgorithmName.SHA256);
        }

        using var rsa = own.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate's key is neither ECDSA nor RSA.");
        return rsa.SignData(said, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private static bool Fits(X509Certificate2 certificate, byte[] said, ReadOnlySpan<byte> signature)
    {
        if (certificate.GetECDsaPublicKey() is { } elliptic)
        {
            using (elliptic)
                return elliptic.VerifyData(said, signature, HashAlgorithmName.SHA256);
        }

        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.VerifyData(said, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) ?? false;
    }
}
