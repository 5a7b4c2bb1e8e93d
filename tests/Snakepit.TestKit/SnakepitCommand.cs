using System.Diagnostics;

namespace Snakepit.TestKit;

/// <summary>Runs commands of the snakepit program.</summary>
public static class SnakepitCommand
{
    /// <summary>For many commands at once on a busy host. It ends a hang; it measures nothing.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Starts the command, for a test that reads its lines as they come.</summary>
    public static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Limit);
        return (process.ExitCode, await output, await errors);
    }
}
