using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Snakepit.Core.Http;

/// <summary>
/// One address that the HTTP door listens on. The web server takes every name that it does not know for "all interfaces", so a
/// mistyped digit would open the door to the network: only addresses are accepted here, and what means all interfaces is written.
/// </summary>
/// <param name="Host">As in a URL: <c>127.0.0.1</c>, <c>[::1]</c>, <c>localhost</c>, <c>*</c>.</param>
/// <param name="Address">Null for <c>localhost</c>, which is both loopback addresses.</param>
/// <param name="Port">0 lets the system choose.</param>
public readonly record struct ListenAddress(string Host, IPAddress? Address, int Port)
{
    private const string Scheme = "http://";
    private const int DefaultPort = 80;
    private const int HighestPort = 65_535;

    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>All interfaces of the machine.</summary>
    public bool IsWildcard => Address is not null && (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any));

    /// <summary>As the web server takes it.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{Host}:{Port}");

    public override string ToString() => Url;

    /// <summary>The addresses in a list with semicolons.</summary>
    /// <exception cref="FormatException">One is not an address; the message says what is wrong with it.</exception>
    public static IReadOnlyList<ListenAddress> ParseAll(string urls)
    {
        var texts = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return texts.Length > 0 ? [.. texts.Select(Parse)] : throw Wrong(urls, "it is empty");
    }

    /// <exception cref="FormatException">The text is not an address; the message says what is wrong with it.</exception>
    public static ListenAddress Parse(string url)
    {
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw Wrong(url, "it does not begin with http://");
        var (host, port) = Split(url, url[Scheme.Length..].TrimEnd('/'));
        if (host is "*" or "+")
            return new ListenAddress("*", IPAddress.IPv6Any, port);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return port > 0
                ? new ListenAddress("localhost", null, port)
                : throw Wrong(url, "localhost is two addresses and cannot have one free port for both; name 127.0.0.1 or [::1]");
        }

        var inner = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        // Only in its usual form: 127.1 and 0177.0.0.1 are addresses too, and rarely the ones that were meant.
        return IPAddress.TryParse(inner, out var address) && IsUsual(host, inner, address)
            ? new ListenAddress(IsSix(address) ? $"[{address}]" : $"{address}", address, port)
            : throw Wrong(url, $"'{host}' is no IP address, not localhost, and not * for all interfaces");
    }

    private static bool IsUsual(string host, string inner, IPAddress address) =>
        IsSix(address) ? host.Length > inner.Length : address.ToString() == host;

    private static bool IsSix(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static (string Host, int Port) Split(string url, string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || colon < authority.LastIndexOf(']'))
            return (authority, DefaultPort);
        var text = authority.AsSpan(colon + 1);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= HighestPort
            ? (authority[..colon], port)
            : throw Wrong(url, $"'{authority[(colon + 1)..]}' is no port from 0 to {HighestPort}");
    }

    private static FormatException Wrong(string url, string why) =>
        new($"'{url}' is no address to listen on: {why}. Expected for example --urls http://127.0.0.1:8400.");
}
