using Microsoft.AspNetCore.Http;

namespace Snakepit.AspNetCore.Auth;

/// <summary>What a request brings to say who its caller is. Pure.</summary>
internal static class Credentials
{
    private const string Bearer = "Bearer ";

    /// <summary>A key or a token; null when the request brings neither. The header of our own comes first.</summary>
    public static string? Read(HttpRequest request)
    {
        if (request.Headers[SnakepitAuthentication.KeyHeader].ToString().Trim() is { Length: > 0 } key)
            return key;
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header.AsSpan(Bearer.Length).Trim().Length > 0
            ? header[Bearer.Length..].Trim()
            : null;
    }

    /// <summary>Whether it has the three parts of a signed token (RFC 7515). No key of ours has a dot.</summary>
    public static bool IsToken(string text) => text.AsSpan().Count('.') == 2;
}
