using System.ComponentModel;
using System.Diagnostics;

namespace Snakepit.Workers.Processes;

/// <summary>What a program answered that was run for its answer.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ProgramAnswer(int Pid, int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program with an empty input until it has ended.</summary>
    /// <param name="start">What to run; its streams are redirected.</param>
    /// <param name="cancellationToken">Kills it with its children. The call ends also when it cannot be killed.</param>
    /// <exception cref="Win32Exception">It cannot be executed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ProgramAnswer> AskAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        // Within the cancelling itself: a silo that stops may be gone before anything that only waits for it runs on.
        await using var kill = cancellationToken.Register(() => Kill(process)).ConfigureAwait(false);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new ProgramAnswer(process.Id, process.ExitCode, output, await errors.ConfigureAwait(false));
    }

    /// <summary>Kills a process with its children, unless it has just ended by itself.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended by itself.
        }
    }
}
