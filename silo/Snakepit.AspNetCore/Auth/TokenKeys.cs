using System.Text;
using Microsoft.IdentityModel.Tokens;
using Snakepit.Core.Options;

namespace Snakepit.AspNetCore.Auth;

/// <summary>The keys of the identity provider from the file that <c>Snakepit:Http:Jwt:JwksFile</c> names. Thread-safe.</summary>
internal sealed class TokenKeys
{
    /// <exception cref="Snakepit.Hosting.Failures.StartupException">The file cannot be used.</exception>
    public TokenKeys(SnakepitOptions options) =>
        File = options.Http.Jwt.JwksFile is { } path
            ? new WatchedFile<IList<SecurityKey>>("Snakepit:Http:Jwt:JwksFile", path, Parse)
            : null;

    /// <summary>Null when the options name no file.</summary>
    public WatchedFile<IList<SecurityKey>>? File { get; }

    /// <summary>The keys of that id, or all when none has it.</summary>
    public IEnumerable<SecurityKey> Find(string? id)
    {
        var keys = File?.Content ?? [];
        var named = keys.Where(key => key.KeyId == id).ToArray();
        return named.Length > 0 ? named : keys;
    }

    /// <exception cref="FormatException">It has no keys.</exception>
    private static IList<SecurityKey> Parse(byte[] bytes)
    {
        try
        {
            var keys = new JsonWebKeySet(Encoding.UTF8.GetString(bytes)).GetSigningKeys();
            return keys.Count > 0 ? keys : throw new FormatException("it has no key for signatures; expected a JWKS (RFC 7517)");
        }
        catch (Exception error) when (error is ArgumentException or System.Text.Json.JsonException)
        {
            throw new FormatException($"it is no JWKS (RFC 7517): {error.GetBaseException().Message}", error);
        }
    }
}
