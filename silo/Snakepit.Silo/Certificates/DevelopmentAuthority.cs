using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Snakepit.Client.Security;

namespace Snakepit.Silo.Certificates;

/// <summary>
/// An authority whose key lies in a file. For development and tests: who can read the file can make silos and administrators.
/// </summary>
internal sealed class DevelopmentAuthority
{
    private const string AuthorityName = "authority";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Clocks of hosts differ.</summary>
    private static readonly TimeSpan Earlier = TimeSpan.FromHours(1);

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private readonly string _folder;
    private readonly X509Certificate2 _authority;
    private readonly TimeProvider _time;

    private DevelopmentAuthority(string folder, X509Certificate2 authority, TimeProvider time)
    {
        _folder = folder;
        _authority = authority;
        _time = time;
    }

    /// <summary>Takes the authority that is in a folder, or makes one.</summary>
    public static DevelopmentAuthority MakeOrRead(string folder, TimeProvider time)
    {
        var (certificate, key) = (Path.Combine(folder, $"{AuthorityName}.pem"), Path.Combine(folder, $"{AuthorityName}.key"));
        if (!File.Exists(key))
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Snakepit development authority", fresh, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
            request.CertificateExtensions.Add(
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            var now = time.GetUtcNow();
            using var made = request.CreateSelfSigned(now - Earlier, now + Lifetime);
            Write(key, fresh.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write(certificate, made.ExportCertificatePem(), ReadableByAll);
        }

        return new DevelopmentAuthority(folder, X509Certificate2.CreateFromPemFile(certificate, key), time);
    }

    /// <summary>Makes certificate and key for each role. Returns the files.</summary>
    /// <param name="hosts">Names and addresses of silos' hosts, beside those of this machine.</param>
    /// <param name="lifetime">How long they are valid.</param>
    public IReadOnlyList<string> Issue(IReadOnlyList<string> hosts, TimeSpan lifetime) =>
    [
        Path.Combine(_folder, $"{AuthorityName}.pem"),
        .. Issue("silo", ClusterRole.Silo, hosts, lifetime),
        .. Issue("client", ClusterRole.Client, [], lifetime),
        .. Issue("admin", ClusterRole.Admin, [], lifetime),
    ];

    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private string[] Issue(string name, ClusterRole role, IReadOnlyList<string> hosts, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}, OU={ClusterRoles.Unit(role)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Usages(role), critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                _authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (role == ClusterRole.Silo)
            request.CertificateExtensions.Add(Names(hosts));
        var now = _time.GetUtcNow();
        var end = now + lifetime < _authority.NotAfter ? now + lifetime : _authority.NotAfter;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // the number is positive
        using var certificate = request.Create(_authority, now - Earlier, end, serial);
        var (file, keyFile) = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        Write(keyFile, key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(file, certificate.ExportCertificatePem(), ReadableByAll);
        return [file, keyFile];
    }

    /// <summary>A silo also opens connections to other silos.</summary>
    private static OidCollection Usages(ClusterRole role)
    {
        var usages = new OidCollection { new(ClientAuthentication) };
        if (role == ClusterRole.Silo)
            usages.Add(new Oid(ServerAuthentication));
        return usages;
    }

    private static X509Extension Names(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Concat(["localhost", "127.0.0.1", "::1", Environment.MachineName]).Distinct())
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        return names.Build();
    }

    /// <summary>Never readable by others for a moment, and never half written: silos that run read it again.</summary>
    private static void Write(string path, string text, UnixFileMode mode)
    {
        var fresh = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var file = new FileStream(fresh, options))
            file.Write(Encoding.UTF8.GetBytes($"{text}\n"));
        File.Move(fresh, path, overwrite: true);
    }
}
