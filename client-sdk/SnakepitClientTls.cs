namespace Snakepit.Client;

/// <summary>
/// Files with which a client shows who it is and knows silos, each in PEM: all three, or none. Relative paths start at the application's
/// content root. A file that changes counts for the next connection. Not thread-safe.
/// </summary>
public sealed class SnakepitClientTls
{
    /// <summary>
    /// The client's certificate. Its subject has the organizational unit <c>snakepit-client</c>, or <c>snakepit-admin</c> for a client that
    /// manages pools and silos. Default: null.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The certificate's private key; its mode keeps other users from reading it. Default: null.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The certificates of the authority that signs for the cluster; several while one replaces another. Default: null.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>Whether anything is set.</summary>
    internal bool IsSet => (CertificateFile ?? KeyFile ?? AuthorityFile) is not null;

    /// <summary>Whether everything is set.</summary>
    internal bool IsComplete => CertificateFile is not null && KeyFile is not null && AuthorityFile is not null;

    /// <summary>Lets relative paths start at a folder.</summary>
    internal void Root(string folder) => (CertificateFile, KeyFile, AuthorityFile) =
        (Rooted(CertificateFile, folder), Rooted(KeyFile, folder), Rooted(AuthorityFile, folder));

    private static string? Rooted(string? path, string folder) => path is null ? null : Path.GetFullPath(path, folder);
}
