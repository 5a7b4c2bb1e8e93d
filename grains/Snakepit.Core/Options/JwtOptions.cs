namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:Http:Jwt</c>: bearer tokens of an identity provider, instead of API keys or beside them.</summary>
public sealed record JwtOptions
{
    [Option("Address of the identity provider (OpenID Connect), for example https://login.example.com/realms/ml. Tokens are accepted when "
        + "this or JwksFile is set.")]
    public string? Authority { get; set; }

    [Option("What tokens must name as their audience (aud); needed with Authority and with JwksFile.")]
    public string? Audience { get; set; }

    [Option("What tokens must name as their issuer (iss); needed with JwksFile.", DefaultText = "what Authority says")]
    public string? Issuer { get; set; }

    [Option("File with the provider's keys (JWKS, RFC 7517), for silos that cannot reach it; read again when it changes.")]
    public string? JwksFile { get; set; }

    /// <summary>Tokens are accepted.</summary>
    public bool IsUsed => Authority is not null || JwksFile is not null;

    /// <summary>The same with relative paths starting at <paramref name="folder"/>.</summary>
    public JwtOptions Rooted(string folder) => this with { JwksFile = JwksFile is { } file ? Path.GetFullPath(file, folder) : null };
}
