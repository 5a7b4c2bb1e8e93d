using System.Runtime.InteropServices;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>
/// What the steps of the Dockerfiles make, run as they run there: as an ordinary user, in a fresh folder that has what
/// <c>.dockerignore</c> leaves. Packages of others are those that the machine has.
/// </summary>
public sealed class FreshCheckout : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-fresh-").FullName;

    /// <summary>The sources.</summary>
    public string Source => Path.Combine(_folder, "source");

    /// <summary><c>/opt/snakepit</c> of the silo's image: the unpacked archive of this machine's kind.</summary>
    public string Silo => Path.Combine(_folder, "silo");

    /// <summary><c>/opt/web</c> of the frontend's image.</summary>
    public string Web => Path.Combine(_folder, "web");

    /// <summary><c>/opt/venv</c> of the silo's image.</summary>
    public string Python => Path.Combine(_folder, "venv");

    /// <summary>An empty folder, for a PATH.</summary>
    public string Nothing => Path.Combine(_folder, "nothing");

    /// <summary>What <c>apt-get</c> would install into the image.</summary>
    public string SystemPackages { get; private set; } = "";

    public string Archive(string rid) => Assert.Single(Directory.GetFiles(Path.Combine(Source, "artifacts"), $"*-{rid}.tar.gz"));

    /// <summary>The other kind of machine that archives are made for.</summary>
    public static string OtherRid => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-x64" : "linux-arm64";

    public async ValueTask InitializeAsync()
    {
        try
        {
            await CopySourcesAsync();
            await RunAsync("deploy/docker/publish-silo.sh", Silo);
            await RunAsync("scripts/archive.sh", "--rid", OtherRid);
            await RunAsync("deploy/docker/publish-frontend.sh", Web);
            await RunAsync("deploy/docker/python.sh", Python, "deploy/docker/requirements.txt");
            SystemPackages = await RunAsync("deploy/docker/system.sh");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Places.DeleteAsync(_folder);

    private async Task CopySourcesAsync()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, Shell.Everybody);
        foreach (var name in (string[])["source", "home/.nuget/NuGet", "nothing", "tmp"])
            Directory.CreateDirectory(Path.Combine(_folder, name));
        var ignored = File.ReadAllLines(Path.Combine(Places.Root, ".dockerignore")).ToHashSet(StringComparer.Ordinal);
        var files = await Shell.RunAsync(Places.Root, "git", "ls-files", "-co", "--exclude-standard");
        foreach (var file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var from = Path.Combine(Places.Root, file);
            if (ignored.Contains(file.Split('/')[0]) || !File.Exists(from))
                continue;
            var to = Path.Combine(Source, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to); // with its mode
        }

        var settings = Path.Combine(Shell.Home, ".nuget", "NuGet", "NuGet.Config");
        if (File.Exists(settings))
            File.Copy(settings, Path.Combine(_folder, "home/.nuget/NuGet/NuGet.Config"));
        // Links where both folders are on one disk. The files stay their owner's.
        await Shell.RunAsync(
            _folder, "bash", "-c", """cp -al "$0" packages 2>/dev/null || { rm -rf packages; cp -a "$0" packages; }""", Shell.Packages);
        if (Environment.IsPrivilegedProcess)
        {
            await Shell.RunAsync(_folder, "chown", "-R", "nobody:nogroup", "source", "home", "tmp", ".");
            await Shell.RunAsync(_folder, "find", "packages", "-type", "d", "-exec", "chown", "nobody", "{}", "+");
        }
    }

    private Task<string> RunAsync(string script, params string[] arguments) => Shell.RunAsync(
        Source,
        Shell.AsOrdinaryUser([Path.Combine(Source, script), .. arguments]),
        new Dictionary<string, string?>
        {
            ["HOME"] = Path.Combine(_folder, "home"),
            ["DOTNET_CLI_HOME"] = Path.Combine(_folder, "home"),
            ["NUGET_PACKAGES"] = Path.Combine(_folder, "packages"),
            ["TMPDIR"] = Path.Combine(_folder, "tmp"),
            ["MSBUILDDISABLENODEREUSE"] = "1", // no build server stays behind
            ["UseSharedCompilation"] = "false",
            ["RunAnalyzers"] = "false", // as in the Dockerfiles
        });
}
