using System.Globalization;
using System.Net;

namespace Snakepit.Client.Connections;

/// <summary>A gateway as a person writes it: the name or address of a host, and a port.</summary>
/// <param name="Host">A DNS name, or an IPv4 or IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal readonly record struct GatewayName(string Host, int Port)
{
    /// <summary>The port that silos open for clients unless their configuration says otherwise.</summary>
    public const int DefaultPort = 30000;

    /// <summary>What a mistake's sentence says that it expects.</summary>
    public const string Form = "host:port, for example silo-1:30000, 10.0.0.5:30000 or [fd00::5]:30000";

    /// <summary>Reads <c>host:port</c>, <c>[IPv6]:port</c>, or either without the port. Null when the text is none of these.</summary>
    public static GatewayName? TryParse(string text)
    {
        var (host, port) = Split(text.Trim());
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return null;
        if (port is null)
            return new GatewayName(host, DefaultPort);
        var isNumber = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number is > 0 and <= IPEndPoint.MaxPort ? new GatewayName(host, number) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static (string Host, string? Port) Split(string text)
    {
        if (text is ['[', ..] && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            return text[(end + 1)..] switch
            {
                "" => (text[1..end], null),
                [':', .. var port] => (text[1..end], port),
                _ => ("", null),
            };
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // Two colons without brackets are an IPv6 address; its last part is no port.
        return colon < 0 || text.LastIndexOf(':') != colon ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
