namespace Snakepit.AspNetCore.Auth;

/// <summary>The authentication schemes that <c>AddSnakepitAccess</c> adds.</summary>
public static class SnakepitAuthentication
{
    /// <summary>API keys of <c>Snakepit:Http:Keys</c> and <c>Snakepit:Http:KeysFile</c>.</summary>
    public const string KeyScheme = "Snakepit.Key";

    /// <summary>Bearer tokens of the identity provider that <c>Snakepit:Http:Jwt</c> names.</summary>
    public const string TokenScheme = "Snakepit.Token";

    /// <summary>A header for the key, beside <c>Authorization: Bearer</c>, which a proxy may need for itself.</summary>
    public const string KeyHeader = "X-Api-Key";
}
