using System.Globalization;
using System.Text.RegularExpressions;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary><c>./snakepit up --silos 3</c>, on ports and in a folder of its own. Nothing of it is left after disposal.</summary>
public sealed class UpCluster : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3), StopLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-up-").FullName;
    private ChildProgram? _script;

    /// <summary>The two frontends.</summary>
    public IReadOnlyList<Uri> Pages { get; } = Addresses(2);

    private IReadOnlyList<Uri> Silos { get; } = Addresses(3);

    /// <summary>What the script and its silos have said.</summary>
    public string Output => _script!.Output;

    /// <summary>Process of a silo, as the script prints it.</summary>
    public int Pid(string silo) =>
        int.Parse(Regex.Match(Output, $@"\s{silo}\s+http\S+\s+process (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    public Task SaysAsync(string text) => Eventually.SeeAsync(
        () => Task.FromResult(Output), seen => seen.Contains(text, StringComparison.Ordinal), what: $"the script says '{text}'");

    /// <summary>Does what the script says one does to start a lost silo again.</summary>
    public void StartAgain(string silo) =>
        File.WriteAllText(Regex.Match(Output, $@"Start it again:  touch (\S+{silo})").Groups[1].Value, "");

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows()) // PostgreSQL's user goes through it
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_001_001);
        _script = ChildProgram.Start(new ProgramStart("up", Path.Combine(Repository.Root, "scripts", "up.sh"), ["--silos", "3"])
        {
            StopLimit = StopLimit,
            Environment = new Dictionary<string, string?>
            {
                ["SNAKEPIT_URL"] = Silos[0].ToString().TrimEnd('/'),
                ["SNAKEPIT_WEB_URL"] = Pages[0].ToString().TrimEnd('/'),
                ["SNAKEPIT_NO_BUILD"] = "1",
                ["TMPDIR"] = _folder,
            },
        });
        try
        {
            await Eventually.SeeAsync(
                () => Task.FromResult(Output),
                seen => _script.HasExited
                    ? throw new InvalidOperationException(seen)
                    : seen.Contains("Ctrl-C stops", StringComparison.Ordinal),
                StartLimit,
                "the cluster is up");
        }
        catch
        {
            await _script.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await using var script = _script!;
        var code = await script.StopAsync(StopLimit);

        Assert.True(code == 0, $"The script ended with code {code}.\n{Output}");
        Assert.Empty(HostProcess.Find(_folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Directory.Delete(_folder);
    }

    /// <summary>As many ports in a row as the script counts.</summary>
    private static Uri[] Addresses(int count)
    {
        while (true)
        {
            int[] ports = [.. Enumerable.Range(0, count).Select(_ => FreePorts.Take())];
            if (ports[^1] - ports[0] == count - 1)
                return [.. ports.Select(Studio.Local)];
        }
    }
}
