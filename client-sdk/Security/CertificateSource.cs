using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Security;

/// <summary>
/// The certificates for the next connection. Files that have changed are read again; files that cannot be read, because their change is
/// half done, leave the earlier certificates in use. Thread-safe: two connections at once may read the same files twice.
/// </summary>
internal sealed class CertificateSource(CertificateFiles files, ILogger logger)
{
    private volatile Kept? _kept;
    private volatile string? _complaint; // the latest one that was logged: broken files are read again for each connection

    /// <exception cref="IOException">The files cannot be read, and never could.</exception>
    public Certificates Current
    {
        get
        {
            var kept = _kept;
            try
            {
                var state = files.State();
                if (kept?.State == state)
                    return kept.Content;
                var content = files.Read();
                (_kept, _complaint) = (new Kept(content, state), null);
                if (kept is not null)
                    SecurityLog.CertificatesRead(logger, content.Own.Subject, content.Own.NotAfter);
                return content;
            }
            catch (IOException error) when (kept is not null)
            {
                if (_complaint != error.Message)
                    SecurityLog.CertificatesNotRead(logger, error.Message);
                _complaint = error.Message;
                return kept.Content;
            }
        }
    }

    private sealed record Kept(Certificates Content, string State);
}
