namespace Snakepit.TestKit;

/// <summary>The other side of the adapter <c>farewell.Farewell</c>, whose <c>shutdown()</c> lasts until the test opens its gate.</summary>
public sealed class Farewell : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-farewell-").FullName;

    /// <summary>For the pool's AdapterEnv.</summary>
    public Dictionary<string, string> AdapterEnv => new() { ["FAREWELL"] = Path.Combine(_folder, "farewell") };

    public bool HasBegun => File.Exists(At("begun"));

    public bool HasEnded => File.Exists(At("ended"));

    public void OpenGate() => File.WriteAllText(At("gate"), "");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string moment) => Path.Combine(_folder, $"farewell.{moment}");
}
