using Snakepit.Core.Http;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks the entries of <see cref="HttpOptions"/>' lists.</summary>
internal static class HttpOptionsCheck
{
    private const string HostRule = "expected a host such as silo.example.com, silo.example.com:8400, *.example.com or *";
    private const string OriginRule = "expected an origin such as https://app.example.com, or *";

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
    }

    private static bool IsNameOrPattern(string name) =>
        name == "*" || name.LastIndexOf('*') < 0 || (name.StartsWith("*.", StringComparison.Ordinal) && name.LastIndexOf('*') == 0);

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/";
}
