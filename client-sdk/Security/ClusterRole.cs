using System.Security.Cryptography.X509Certificates;

namespace Snakepit.Client.Security;

/// <summary>What the holder of a certificate may do in a cluster.</summary>
internal enum ClusterRole
{
    /// <summary>Nothing: the certificate has no role, or a role that this version does not know.</summary>
    None,

    /// <summary>Call tools.</summary>
    Client,

    /// <summary>Call tools and manage pools and silos.</summary>
    Admin,

    /// <summary>Be a silo.</summary>
    Silo,
}

/// <summary>
/// The role in a certificate: an organizational unit (OU) of its subject, which every tool that makes certificates can write.
/// </summary>
internal static class ClusterRoles
{
    private const string OrganizationalUnit = "2.5.4.11";

    /// <summary>The OU that stands for a role.</summary>
    public static string Unit(ClusterRole role) => role switch
    {
        ClusterRole.Client => "snakepit-client",
        ClusterRole.Admin => "snakepit-admin",
        ClusterRole.Silo => "snakepit-silo",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "There is no name for it."),
    };

    /// <summary>The role that the subject names; none when it names several: the authority has not said which one counts.</summary>
    public static ClusterRole Of(X509Certificate2 certificate)
    {
        var units = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == OrganizationalUnit)
            .Select(part => part.GetSingleElementValue())
            .ToList();
        ClusterRole[] roles = [.. Named.Where(role => units.Contains(Unit(role)))];
        return roles is [var single] ? single : ClusterRole.None;
    }

    /// <summary>Whether a holder of the role may open connections to the port.</summary>
    public static bool MayEnter(ClusterRole role, ClusterPort port) =>
        role == ClusterRole.Silo || (port == ClusterPort.Gateway && role is ClusterRole.Client or ClusterRole.Admin);

    private static ClusterRole[] Named => [ClusterRole.Client, ClusterRole.Admin, ClusterRole.Silo];
}
