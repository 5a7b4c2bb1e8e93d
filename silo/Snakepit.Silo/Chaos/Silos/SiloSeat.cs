using System.Runtime.Versioning;
using Snakepit.Launcher;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>What a silo keeps over its lives: name, folder and ports. A restart in the same seat is the same silo to its cluster.</summary>
[SupportedOSPlatform("linux")]
internal sealed record SiloSeat(string Name, string Folder, int HttpPort, int SiloPort, int GatewayPort)
{
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
        return new SiloSeat(name, own, FreePorts.Take(), isAlone ? 0 : FreePorts.Take(), isAlone ? 0 : FreePorts.Take());
    }
}
