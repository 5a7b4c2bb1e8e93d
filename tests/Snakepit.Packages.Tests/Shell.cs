using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <summary>Of everybody's: read, and go through.</summary>
    public const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;

    /// <summary>It ends a hang; it measures nothing. A build on a busy host takes minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(12);

    public static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Where this machine keeps the packages that it has restored.</summary>
    public static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Home, ".nuget", "packages");

    /// <summary>A Python with the packages that tests need.</summary>
    public static string Python => Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3";

    /// <summary>The command, with no rights when this process has all of them.</summary>
    public static string[] AsOrdinaryUser(string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", .. command]
        : command;

    public static Task<string> RunAsync(string folder, params string[] command) =>
        RunAsync(folder, command, new Dictionary<string, string?>());

    /// <summary>Returns what it wrote to its standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; has its output.</exception>
    public static async Task<string> RunAsync(string folder, string[] command, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Variables of the build that runs this test would change the builds that it starts.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Limit, string.Join(' ', command));
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{string.Join(' ', command)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }
}
