using Snakepit.Launcher;

namespace Snakepit.TestKit;

/// <summary>What a silo keeps over its lives: name, ports and folder. A restart in the same seat is the same silo to a cluster.</summary>
public sealed record SiloSeat(string Name, string Folder, int SiloPort, int GatewayPort, int HttpPort)
{
    /// <summary>Address of all its ports.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Shell line that the silo is run from, in which <c>"$@"</c> is its command; null for none.</summary>
    public string? Shell { get; init; }

    /// <summary>The program that sits here.</summary>
    public string Program { get; init; } = Places.Snakepit;

    public static SiloSeat Take(string? name = null)
    {
        var port = FreePorts.Take();
        var folder = Directory.CreateTempSubdirectory("snakepit-test-").FullName;
        return new SiloSeat(name ?? $"test-{port}", folder, port, FreePorts.Take(), FreePorts.Take());
    }
}
