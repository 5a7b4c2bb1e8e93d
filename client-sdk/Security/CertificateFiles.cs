using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Snakepit.Client.Security;

/// <summary>Where certificate, key and authority are, each in PEM.</summary>
/// <param name="Certificate">The certificate that is shown to others.</param>
/// <param name="Key">Its private key.</param>
/// <param name="Authority">The certificates of those who sign for this cluster; several while one replaces another.</param>
internal sealed record CertificateFiles(string Certificate, string Key, string Authority)
{
    /// <summary>Reads all three.</summary>
    /// <exception cref="IOException">A file is missing, has other content, or others may read the key.</exception>
    public Certificates Read()
    {
        CheckKey();
        var authorities = new X509Certificate2Collection();
        From(Authority, () => authorities.ImportFromPemFile(Authority));
        if (authorities.Count == 0)
            throw new IOException($"'{Authority}' has no certificate");
        return new Certificates(From(Certificate, ReadOwn), authorities);
    }

    /// <summary>
    /// A hash of their content, to see that they have changed. Times would not do: a mounted secret changes by a link of its folder, and
    /// two versions may have been written in one tick of the file system's clock.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public string State()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in new[] { Certificate, Key, Authority })
            hash.AppendData(From(path, () => File.ReadAllBytes(path)));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private X509Certificate2 ReadOwn()
    {
        var own = X509Certificate2.CreateFromPemFile(Certificate, Key);
        if (!OperatingSystem.IsWindows())
            return own;
        // Windows' TLS takes no key that lives in memory alone.
        using (own)
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
    }

    private void CheckKey()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(Key) && (File.GetUnixFileMode(Key) & SecretFile.Forbidden) != 0)
        {
            throw new IOException(
                $"other users may read or change the key '{Key}': its mode is {Convert.ToString((int)File.GetUnixFileMode(Key), 8)}. Run "
                + "chmod 600 on it");
        }
    }

    private static void From(string path, Action read) => From(path, () =>
    {
        read();
        return true;
    });

    private static T From<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new IOException($"'{path}' cannot be read as PEM: {error.Message}", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }
}

/// <summary>The content of the files.</summary>
/// <param name="Own">With its private key.</param>
/// <param name="Authorities">Who signs for this cluster.</param>
internal sealed record Certificates(X509Certificate2 Own, X509Certificate2Collection Authorities);
