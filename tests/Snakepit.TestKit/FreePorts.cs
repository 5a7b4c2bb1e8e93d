using System.Net;
using System.Net.Sockets;

namespace Snakepit.TestKit;

/// <summary>
/// Ports for servers under test. Below the range from which the system serves outgoing connections: a port from there may
/// be taken by anybody's connection between its choice and its use.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    // Test programs that run at the same time begin at different places.
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
                // Somebody has it: the next one.
            }
        }
    }
}
