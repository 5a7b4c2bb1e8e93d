using System.Security.Cryptography.X509Certificates;

namespace Snakepit.Client.Security;

/// <summary>How certificates of the cluster's authority are recognised.</summary>
internal static class AuthorityChain
{
    /// <summary>The chain trusts the cluster's authority only, and fetches nothing that a stranger's certificate points to.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Whether the authority has signed a certificate and it is valid now.</summary>
    public static bool Has(X509Certificate2Collection authorities, X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(authorities) };
        return chain.Build(certificate);
    }
}
