using System.ComponentModel;
using System.Diagnostics;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Python.Setup;

/// <summary>Runs a step and shows its lines as they come.</summary>
internal static class SetupProcess
{
    /// <returns>Null when it succeeded, else its last line that is not empty.</returns>
    /// <param name="step">What to run.</param>
    /// <param name="say">Gets each line.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<string?> RunAsync(SetupStep step, Action<string> say, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(step.Program, step.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in step.Variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var last = "it said nothing";
        try
        {
            using var process = Process.Start(start)!;
            await using var kill = cancellationToken.Register(() => ProgramAnswer.Kill(process)).ConfigureAwait(false);
            process.StandardInput.Close();
            await Task.WhenAll(ShowAsync(process.StandardOutput), ShowAsync(process.StandardError)).ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? null : last;
        }
        catch (Win32Exception error)
        {
            return $"it cannot be executed: {error.Message}";
        }

        async Task ShowAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                last = line.Trim();
                say($"  {line}");
            }
        }
    }
}
