using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Security;

/// <summary>Certificates that change while a silo or client runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CertificateSourceTests : IDisposable
{
    private static readonly string[] Names = ["own.pem", "own.key", "authority.pem"];

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-certificates-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_mounted_secret_that_changes_by_the_link_of_its_folder_is_seen()
    {
        Make("first");
        Make("second");
        Mount("first");
        foreach (var name in Names)
            File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine("..data", name));
        var source = Source();
        Assert.Equal("CN=first", source.Current.Own.Subject);

        Mount("second");

        Assert.Equal("CN=second", source.Current.Own.Subject);
    }

    [Fact]
    public void Files_that_break_leave_the_earlier_certificates_in_use()
    {
        Make("first");
        Mount("first");
        foreach (var name in Names)
            File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine("..data", name));
        var source = Source();
        var before = source.Current;

        Directory.Delete(Path.Combine(_folder, "first"), recursive: true);

        Assert.Same(before, source.Current);
    }

    private CertificateSource Source() => new(
        new CertificateFiles(Path.Combine(_folder, Names[0]), Path.Combine(_folder, Names[1]), Path.Combine(_folder, Names[2])),
        NullLogger.Instance);

    /// <summary>The folder with the files, as a mounted secret has one for each version.</summary>
    private void Make(string version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, version)).FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={version}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, Names[0]), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, Names[1]), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(Path.Combine(folder, Names[1]), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(folder, Names[2]), certificate.ExportCertificatePem());
    }

    /// <summary>Makes a version the present one, by a link that is put in the place of the one before.</summary>
    private void Mount(string version)
    {
        var present = Path.Combine(_folder, "..data");
        File.Delete(present);
        Directory.CreateSymbolicLink(present, version);
    }
}
