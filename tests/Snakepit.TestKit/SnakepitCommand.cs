using System.Diagnostics;

namespace Snakepit.TestKit;

/// <summary>Runs a command of the snakepit program to its end.</summary>
public static class SnakepitCommand
{
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (process.ExitCode, await output, await errors);
    }
}
