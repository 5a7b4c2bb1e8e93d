using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Snakepit.Core.Http;
using Snakepit.Core.Options;

namespace Snakepit.AspNetCore.Access;

/// <summary>What the HTTP door of this silo is: where it listens, whom it lets in, and how much it tells.</summary>
internal sealed class Door
{
    private readonly DoorRule _rule;

    public Door(IReadOnlyList<ListenAddress> addresses, HttpOptions options)
    {
        Addresses = addresses;
        IsOpen = addresses.Any(address => !address.IsLoopback);
        Detail = options.ErrorDetail ?? (IsOpen ? ErrorDetail.Message : ErrorDetail.Full);
        HasOrigins = options.AllowedOrigins.Count > 0;
        _rule = new DoorRule(addresses, IsOpen ? MachineNames() : [], options.AllowedHosts, options.AllowedOrigins);
    }

    public IReadOnlyList<ListenAddress> Addresses { get; }

    /// <summary>Others than this machine's own programs can reach it.</summary>
    public bool IsOpen { get; }

    /// <summary>How much of a failure callers see.</summary>
    public ErrorDetail Detail { get; }

    /// <summary>Pages of other origins may use it.</summary>
    public bool HasOrigins { get; }

    public bool AllowsOrigin(string origin) => _rule.AllowsOrigin(origin);

    /// <summary>Null when the request may come in. Probes may ask for health by any name: they learn one word.</summary>
    public DoorRefusal? Refuse(HttpContext http)
    {
        var request = http.Request;
        if (request.Path.StartsWithSegments("/health") && HttpMethods.IsGet(request.Method))
            return null;
        var headers = request.Headers;
        return _rule.Refuse(new DoorFacts(request.Method, Quotable(request.GetEncodedUrl()), Text(headers.Host), http.Connection.LocalPort)
        {
            Scheme = request.Scheme,
            ContentType = request.ContentType,
            Origin = Text(headers.Origin),
            FetchSite = Text(headers["Sec-Fetch-Site"]),
        });
    }

    /// <summary>It stands between quotes in a line for a shell.</summary>
    private static string Quotable(string url) => url.Replace("'", "%27", StringComparison.Ordinal);

    /// <summary>Null when there is no such header; an empty one is an empty text.</summary>
    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();

    private static IEnumerable<string> MachineNames()
    {
        yield return Environment.MachineName;
        string full;
        try
        {
            full = Dns.GetHostEntry("").HostName;
        }
        catch (System.Net.Sockets.SocketException)
        {
            yield break; // a machine without an entry of its own; its short name is all that it has
        }

        yield return full;
    }
}
