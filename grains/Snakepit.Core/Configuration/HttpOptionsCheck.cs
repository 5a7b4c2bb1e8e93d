using Snakepit.Core.Http;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks what no single option of <see cref="HttpOptions"/> can check by itself.</summary>
internal static class HttpOptionsCheck
{
    private const string HostRule = "expected a host such as silo.example.com, silo.example.com:8400, *.example.com or *";
    private const string OriginRule = "expected an origin such as https://app.example.com, or *";

    private const string AuthorityRule = "expected an address such as https://login.example.com (http only on loopback)";

    private const string OneOf = "would let everybody in, and Keys, KeysFile or Jwt would mean nothing: remove one of the two";

    public static IEnumerable<OptionMistake> Mistakes(HttpOptions http, string path)
    {
        foreach (var (i, host) in http.AllowedHosts.Index())
        {
            if (HostName.TryParse(host) is not { } name || !IsNameOrPattern(name.Name))
                yield return new OptionMistake($"{path}:AllowedHosts:{i}", host, HostRule);
        }

        foreach (var (i, origin) in http.AllowedOrigins.Index())
        {
            if (origin != "*" && !IsOrigin(origin))
                yield return new OptionMistake($"{path}:AllowedOrigins:{i}", origin, OriginRule);
        }

        if (http is { AllowAnonymous: true, Authenticates: true })
            yield return new OptionMistake($"{path}:AllowAnonymous", "true", OneOf);
        if (http is { Docs: true, OpenApi: false })
            yield return new OptionMistake($"{path}:Docs", "true", "is of no use without OpenApi: the page shows that document");
        foreach (var mistake in KeyOptionsCheck.Mistakes(http.Keys, $"{path}:Keys"))
            yield return mistake;
        foreach (var mistake in Mistakes(http.Jwt, $"{path}:Jwt"))
            yield return mistake;
    }

    private static IEnumerable<OptionMistake> Mistakes(JwtOptions jwt, string path)
    {
        if (jwt is { Authority: not null, JwksFile: not null })
            yield return new OptionMistake($"{path}:JwksFile", jwt.JwksFile, "Authority has the keys already: set one of the two");
        if (jwt.Authority is { } authority && !IsProvider(authority))
            yield return new OptionMistake($"{path}:Authority", authority, AuthorityRule);
        if (jwt.IsUsed && jwt.Audience is null)
            yield return new OptionMistake($"{path}:Audience", null, "is needed: tokens that are meant for other services must not count");
        if (jwt is { JwksFile: not null, Issuer: null })
            yield return new OptionMistake($"{path}:Issuer", null, "is needed with JwksFile: a file of keys does not name their issuer");
        if (!jwt.IsUsed && (jwt.Audience ?? jwt.Issuer) is { } alone)
            yield return new OptionMistake($"{path}:Authority", null, $"'{alone}' is of no use without it or JwksFile");
    }

    /// <summary>Whoever can change what an http address answers can make tokens; loopback is for tests.</summary>
    private static bool IsProvider(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));

    private static bool IsNameOrPattern(string name) =>
        name == "*" || name.LastIndexOf('*') < 0 || (name.StartsWith("*.", StringComparison.Ordinal) && name.LastIndexOf('*') == 0);

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/";
}
