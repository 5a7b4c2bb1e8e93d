namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:Cluster:Tls</c>. All three files, or none.</summary>
public sealed record ClusterTlsOptions
{
    [Option("PEM file with this silo's certificate; its subject has OU=snakepit-silo. A file that changes counts for the next connection.")]
    public string? CertificateFile { get; set; }

    [Option("PEM file with the certificate's private key; its mode keeps other users from reading it.")]
    public string? KeyFile { get; set; }

    [Option("PEM file with the certificates of the authority that signs for this cluster; several while one replaces another.")]
    public string? AuthorityFile { get; set; }

    /// <summary>Whether anything is set.</summary>
    public bool IsSet => (CertificateFile ?? KeyFile ?? AuthorityFile) is not null;

    /// <summary>The same with relative paths starting at <paramref name="folder"/>.</summary>
    public ClusterTlsOptions Rooted(string folder) => new()
    {
        CertificateFile = Rooted(CertificateFile, folder),
        KeyFile = Rooted(KeyFile, folder),
        AuthorityFile = Rooted(AuthorityFile, folder),
    };

    private static string? Rooted(string? path, string folder) => path is null ? null : Path.GetFullPath(path, folder);
}
