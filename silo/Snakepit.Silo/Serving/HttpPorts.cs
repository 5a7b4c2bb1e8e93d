using System.Net;
using System.Net.Sockets;
using Snakepit.Core.Http;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Serving;

/// <summary>Looks before anything starts whether the HTTP door can have its addresses, so that a wrong one is one sentence.</summary>
internal static class HttpPorts
{
    /// <exception cref="StartupException">An address is no address.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        try
        {
            return ListenAddress.ParseAll(urls);
        }
        catch (FormatException error)
        {
            throw new StartupException(error.Message, error);
        }
    }

    /// <exception cref="StartupException">An address is not of this machine, or its port is taken.</exception>
    public static void Check(IEnumerable<ListenAddress> addresses)
    {
        foreach (var address in addresses.Where(address => address.Port != 0))
            Try(address);
    }

    /// <summary>Binds and does not listen: a caller that connected now would be disconnected a moment later.</summary>
    private static void Try(ListenAddress address)
    {
        var at = new IPEndPoint(address.Address ?? IPAddress.Loopback, address.Port);
        try
        {
            using var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(at);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressFamilyNotSupported && address.IsWildcard)
        {
            // A machine without IPv6; the web server then listens on IPv4 alone.
        }
        catch (SocketException error)
        {
            throw new StartupException(Explain(address, error), error);
        }
    }

    private static string Explain(ListenAddress address, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable =>
            $"Address {address.Host} is not one of this machine's: {error.Message}. Name one of its own with --urls, or * for all of them.",
        SocketError.AccessDenied => $"Port {address.Port} cannot be used: {error.Message}. Choose one above 1023 with --urls.",
        _ => $"Port {address.Port} cannot be used: {error.Message}. Choose another with --urls, or stop who has it.",
    };
}
