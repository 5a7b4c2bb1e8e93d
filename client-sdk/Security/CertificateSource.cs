using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>
/// The certificates for the next connection. Files that have changed are read again; files that cannot be read, because their change is
/// half done, leave the earlier certificates in use. Thread-safe: two connections at once may read the same files twice.
/// </summary>
internal sealed class CertificateSource(CertificateFiles files, ILogger logger)
{
    private volatile Kept? _kept;

    /// <exception cref="IOException">The files cannot be read, and never could.</exception>
    public Certificates Current
    {
        get
        {
            var (kept, written) = (_kept, files.Written);
            if (kept is not null && kept.Written == written)
                return kept.Content;
            try
            {
                var content = files.Read();
                _kept = new Kept(content, written);
                if (kept is not null)
                    SecurityLog.CertificatesRead(logger, content.Own.Subject, content.Own.NotAfter);
                return content;
            }
            catch (IOException error) when (kept is not null)
            {
                SecurityLog.CertificatesNotRead(logger, error.Message);
                return kept.Content;
            }
        }
    }

    private sealed record Kept(Certificates Content, (DateTime Certificate, DateTime Key, DateTime Authority) Written);
}
