using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Snakepit.Core.Http;

namespace Snakepit.AspNetCore.Access;

/// <summary>Reads what a web server says of its addresses. The application chose them, so every form is taken. Pure.</summary>
internal static class ServerAddresses
{
    /// <summary>A name of this machine without a port, for what only programs of this machine can reach.</summary>
    private static readonly ListenAddress Here = new("localhost", null, 0);

    /// <summary>The addresses; none for a server that has none, such as one in the memory of a test.</summary>
    /// <param name="urls">As the server says them: <c>https://127.0.0.1:5001</c>, <c>http://unix:/run/web.sock</c>.</param>
    /// <exception cref="FormatException">One of them has no scheme or no host.</exception>
    public static IReadOnlyList<ListenAddress> Read(IEnumerable<string> urls) => [.. urls.Select(Read)];

    private static ListenAddress Read(string url)
    {
        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe || address.IsNamedPipe)
            return Here;
        if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new ListenAddress("localhost", null, address.Port);
        if (!IPAddress.TryParse(address.Host, out var ip))
            return new ListenAddress("*", IPAddress.IPv6Any, address.Port); // servers take any other name for all interfaces
        return new ListenAddress(ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : $"{ip}", ip, address.Port);
    }
}
