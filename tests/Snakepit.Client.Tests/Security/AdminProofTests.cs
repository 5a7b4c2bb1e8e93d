using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Security;

public sealed class AdminProofTests : IDisposable
{
    private const string Call = "silo/a ISiloGrain.DrainAsync";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _authority = Authority();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_administrators_signature_holds_for_the_call(bool rsa)
    {
        using var admin = Issue("snakepit-admin", rsa);

        Assert.Null(Flaw(AdminProof.Make(admin, Call, Now), Call));
    }

    [Fact]
    public void A_clients_certificate_signs_nothing()
    {
        using var client = Issue("snakepit-client");

        Assert.Contains("is not that of an administrator", Flaw(AdminProof.Make(client, Call, Now), Call), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_authoritys_administrator_is_none()
    {
        using var admin = Issue("snakepit-admin");
        using var other = Authority();

        var flaw = AdminProof.Flaw(AdminProof.Make(admin, Call, Now), Call, [other], Now, out _);

        Assert.Contains("is not one of this cluster's authority", flaw, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_holds_for_one_call_and_for_minutes()
    {
        using var admin = Issue("snakepit-admin");
        var proof = AdminProof.Make(admin, Call, Now - AdminProof.Window - TimeSpan.FromSeconds(1));

        Assert.Equal("its signature is that of another call", Flaw(proof, "silo/b ISiloGrain.DrainAsync"));
        Assert.StartsWith("it was signed more than 5 minutes ago", Flaw(proof, Call), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 255, 255, 255, 127, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    public void Nonsense_is_no_signature(byte[] proof) => Assert.Contains("cannot be read", Flaw(proof, Call), StringComparison.Ordinal);

    [Theory]
    [InlineData("CN=a, OU=snakepit-silo", "Silo")]
    [InlineData("OU=snakepit-client, CN=a", "Client")]
    [InlineData("CN=snakepit-admin", "None")]
    [InlineData("CN=a, OU=snakepit-silo, OU=snakepit-client", "None")]
    public void The_role_is_one_unit_of_the_subject(string subject, string role)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddDays(1));

        Assert.Equal(role, $"{ClusterRoles.Of(certificate)}");
    }

    private string? Flaw(byte[] proof, string call) => AdminProof.Flaw(proof, call, [_authority], Now, out _);

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
    }

    private X509Certificate2 Issue(string unit, bool rsa = false)
    {
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7F;
        if (rsa)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest($"CN=a, OU={unit}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var signer = X509SignatureGenerator.CreateForECDsa(_authority.GetECDsaPrivateKey()!);
            using var signed = request.Create(_authority.SubjectName, signer, Now.AddHours(-1), Now.AddHours(1), serial);
            return signed.CopyWithPrivateKey(key);
        }

        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var plain = new CertificateRequest($"CN=a, OU={unit}", elliptic, HashAlgorithmName.SHA256)
            .Create(_authority, Now.AddHours(-1), Now.AddHours(1), serial);
        return plain.CopyWithPrivateKey(elliptic);
    }
}
