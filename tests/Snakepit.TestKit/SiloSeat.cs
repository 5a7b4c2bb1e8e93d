using Snakepit.Launcher;

namespace Snakepit.TestKit;

/// <summary>What a silo keeps over its lives: name, ports and folder. A restart in the same seat is the same silo to a cluster.</summary>
public sealed record SiloSeat(string Name, string Folder, int SiloPort, int GatewayPort, int HttpPort)
{
    public static SiloSeat Take(string? name = null)
    {
        var port = FreePorts.Take();
        var folder = Directory.CreateTempSubdirectory("snakepit-test-").FullName;
        return new SiloSeat(name ?? $"test-{port}", folder, port, FreePorts.Take(), FreePorts.Take());
    }
}
