using System.Net;
using System.Net.Sockets;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Clustering;

/// <summary>Sees to it before anything starts that the ports are free, so that a taken one is one sentence and not a stack trace.</summary>
internal static class SiloPorts
{
    /// <exception cref="StartupException">A port is taken.</exception>
    public static (int Silo, int Gateway) Choose(int siloPort, int gatewayPort, IPAddress listen)
    {
        // Both are held until both are known, else two free ports could be the same.
        using var silo = Hold(siloPort, "Snakepit:Cluster:SiloPort", listen);
        using var gateway = Hold(gatewayPort, "Snakepit:Cluster:GatewayPort", listen);
        return (Port(silo), Port(gateway));
    }

    /// <summary>Bound, but not listening: a client that connected now would be disconnected a moment later.</summary>
    private static Socket Hold(int port, string option, IPAddress address)
    {
        var at = new IPEndPoint(address, port);
        Socket? socket = null;
        try
        {
            socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp); // fails on a host without IPv6
            socket.Bind(at);
            return socket;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            if (error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                throw new StartupException(
                    $"This host has no address {address} to listen at; correct Snakepit:Cluster:ListenAddress.", error);
            }

            throw new StartupException(
                $"Port {port} cannot be used: {error.Message}. Choose another with {option} (0: any free one), or stop who has it.", error);
        }
    }

    private static int Port(Socket held) => ((IPEndPoint)held.LocalEndPoint!).Port;
}
