using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Snakepit.Cluster.Tests.Access;

/// <summary>An identity provider without a network: signs tokens (RFC 7515, ES256) and has a file of its keys.</summary>
internal sealed class TokenIssuer : IDisposable
{
    public const string Name = "https://login.example", Audience = "snakepit";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Jwks
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return JsonSerializer.Serialize(new
            {
                keys = new[] { new { kty = "EC", crv = "P-256", kid = "k1", alg = "ES256", x = Text(point.X!), y = Text(point.Y!) } },
            });
        }
    }

    /// <summary>A token.</summary>
    /// <param name="scope">Its claim of that name.</param>
    /// <param name="pools">Its claim <c>snakepit_pools</c>; null for none.</param>
    /// <param name="expires">When it ends, from now.</param>
    /// <param name="audience">For whom it is.</param>
    public string Token(string scope, string[]? pools = null, TimeSpan? expires = null, string audience = Audience)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = "ann",
            ["iss"] = Name,
            ["aud"] = audience,
            ["exp"] = (DateTimeOffset.UtcNow + (expires ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds(),
            ["scope"] = scope,
        };
        if (pools is not null)
            claims["snakepit_pools"] = pools;
        var said = $"{Text("""{"alg":"ES256","kid":"k1","typ":"JWT"}"""u8)}.{Text(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{said}.{Text(_key.SignData(Encoding.ASCII.GetBytes(said), HashAlgorithmName.SHA256))}";
    }

    public void Dispose() => _key.Dispose();

    private static string Text(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
