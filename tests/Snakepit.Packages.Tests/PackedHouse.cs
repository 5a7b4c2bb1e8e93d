using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>
/// The packages as a user gets them: packed once into a folder of their own, from which alone the programs under test may take what is
/// called Snakepit. Everything else comes from where the machine's packages come from.
/// </summary>
public sealed class PackedHouse : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-packages-").FullName;

    /// <summary>Where the packages are.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    /// <summary>The installed tool.</summary>
    public string Tool => Path.Combine(_folder, "tools", "snakepit");

    /// <summary>A copy of <c>samples/packages</c>, outside of the repository.</summary>
    public string Programs => Path.Combine(_folder, "programs");

    public async ValueTask InitializeAsync()
    {
        await RunAsync(
            Places.Root, "pack", "Snakepit.Orleans.sln", "-c", Places.Configuration, "--no-build", "--nologo", "-v", "quiet", "-o", Feed);
        Copy(Path.Combine(Places.Root, "samples", "packages"), Programs);
        await File.WriteAllTextAsync(Path.Combine(Programs, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="packed" value="{Feed}" /></packageSources>
            </configuration>
            """);
        await RunAsync(
            Programs, "tool", "install", "snakepit", "--tool-path", Path.GetDirectoryName(Tool)!, "--prerelease",
            "--configfile", "nuget.config");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Builds one of the programs against the packages.</summary>
    /// <returns>Its executable.</returns>
    public async Task<string> BuildAsync(string folder, string name)
    {
        var project = Path.Combine(Programs, folder);
        await RunAsync(
            project, "build", "-c", "Release", "--nologo", "-v", "quiet",
            $"-p:RestorePackagesPath={Path.Combine(_folder, "restored")}", $"-p:RestoreFallbackFolders={GlobalPackages}");
        return Path.Combine(project, "bin", "Release", "net10.0", name);
    }

    /// <summary>Runs one of the programs that are a single file; the first time it is built.</summary>
    /// <returns>Its exit code, and what it has written to its standard output.</returns>
    public async Task<(int Code, string Output)> RunScriptAsync(
        string file, IReadOnlyDictionary<string, string?> variables, TimeSpan limit)
    {
        var start = Describe(
            Programs,
            ["run", $"-p:RestorePackagesPath={Path.Combine(_folder, "restored")}", $"-p:RestoreFallbackFolders={GlobalPackages}", file]);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await EndAsync(process, limit, file);
        return (process.ExitCode, (await output).Trim());
    }

    /// <summary>Packages of others, as the repository's own build has restored them.</summary>
    private static string GlobalPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(Describe(folder, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await EndAsync(process, Limit, $"dotnet {string.Join(' ', arguments)}");
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
        }
    }

    /// <summary>Waits for the end of a program; one that takes too long is ended, with what it has started.</summary>
    private static async Task EndAsync(Process process, TimeSpan limit, string what)
    {
        try
        {
            await process.WaitForExitAsync().WithinAsync(limit, what);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo Describe(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Variables of the build that runs this test would change the builds that it starts.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        var folders = Directory.EnumerateDirectories(from).Where(name => Path.GetFileName(name) is not ("bin" or "obj" or "__pycache__"));
        foreach (var folder in folders)
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
