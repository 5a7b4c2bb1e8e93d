using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>What a silo keeps over its lives: name, folder and ports. A restart in the same seat is the same silo to its cluster.</summary>
[SupportedOSPlatform("linux")]
internal sealed record SiloSeat(string Name, string Folder, int HttpPort, int SiloPort, int GatewayPort)
{
    /// <summary>Below the range of ports for outgoing connections, which could take a silo's port while it is away.</summary>
    private const int FirstPort = 10_000, Ports = 20_000;

    public string DataFolder => Path.Combine(Folder, "data");

    public string RuntimeFolder => Path.Combine(Folder, "run");

    public string Settings => Path.Combine(Folder, "snakepit.json");

    /// <summary>Outlives the run when something went wrong.</summary>
    public string Log => $"{Folder}.log";

    /// <param name="folder">Folder of the run.</param>
    /// <param name="name">The silo's name.</param>
    /// <param name="isAlone">The silo is its whole cluster and picks the ports that no other process needs to know.</param>
    public static SiloSeat Take(string folder, string name, bool isAlone)
    {
        var own = Path.Combine(folder, name);
        Directory.CreateDirectory(
            Path.Combine(own, "run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new SiloSeat(name, own, FreePort(), isAlone ? 0 : FreePort(), isAlone ? 0 : FreePort());
    }

    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + Random.Shared.Next(Ports);
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
