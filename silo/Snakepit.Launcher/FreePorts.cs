using System.Net;
using System.Net.Sockets;

namespace Snakepit.Launcher;

/// <summary>
/// Ports for servers that are about to start. They are below the range from which the system serves outgoing connections: a connection of
/// another program could take such a port between its choice and its use. Thread-safe.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    // Programs that run at the same time begin at different places.
    private static int _next = Environment.ProcessId * 101;

    /// <summary>A port that is free, and that this process has not given out lately.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another process has it: the next one.
            }
        }
    }
}
