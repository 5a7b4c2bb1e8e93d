using System.Net;

namespace Snakepit.Client.Security;

/// <summary>What keeps strangers off a connection.</summary>
internal enum Protection
{
    /// <summary>Both sides show certificates, and everything is encrypted.</summary>
    Tls,

    /// <summary>Both sides prove that they know a secret. Nothing is encrypted.</summary>
    Secret,

    /// <summary>Nothing. It was asked for in so many words.</summary>
    None,

    /// <summary>Nothing would protect the connection, and no AllowInsecure asks for that: the client or silo does not make it.</summary>
    Refused,
}

/// <summary>What a person has written about the connections of a silo or client.</summary>
/// <param name="Section">Path of the options, for messages: <c>Snakepit:Client</c>.</param>
internal sealed record ConnectionProtection(string Section)
{
    /// <summary>File with the secret; null for <see cref="Security.SecretFile.DefaultPath"/>.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Connections need no protection, on loopback neither, unless <see cref="SecretFile"/> is named.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Certificate, key and authority; null without TLS.</summary>
    public CertificateFiles? Tls { get; init; }

    /// <summary>Where the secret is.</summary>
    public string SecretPath => SecretFile ?? Security.SecretFile.DefaultPath;

    /// <summary>
    /// A secret protects on loopback alone: on a network its bytes could be read and changed on their way. A secret that is named is used
    /// on a network too, where that is allowed.
    /// </summary>
    /// <param name="isLoopback">Both ends are on this machine.</param>
    public Protection Choose(bool isLoopback) =>
        Tls is not null ? Protection.Tls
        : !isLoopback && !AllowInsecure ? Protection.Refused
        : SecretFile is null && AllowInsecure ? Protection.None
        : Protection.Secret;

    /// <summary>Whether an end of a connection is on this machine.</summary>
    public static bool IsLoopback(EndPoint? end) => end is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);
}
