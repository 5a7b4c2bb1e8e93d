using Microsoft.Extensions.Hosting;
using Snakepit.Client;

namespace Snakepit.Hosting.Scripts;

/// <summary>
/// Runs short programs that call Python: starts a silo inside the process, waits until its workers are ready, runs the script, stops the
/// silo and leaves nothing behind. The silo opens no port, so any number of scripts run side by side.
/// </summary>
public static class SnakepitScript
{
    /// <summary>Runs a script with a silo of its own.</summary>
    /// <param name="script">The script. Its client is of use until it ends.</param>
    /// <param name="options">The adapter, and how the script ends.</param>
    /// <param name="cancellationToken">Stops waiting for the script; the silo is stopped and cleaned up as at its end.</param>
    /// <exception cref="Snakepit.Errors.SnakepitException">The workers were not ready in time, or the script has thrown it.</exception>
    /// <exception cref="Failures.StartupException">The silo could not start, for a reason that a person can mend.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that there is not.</exception>
    /// <remarks>
    /// What the script throws is thrown again after the end of the silo, unless the exit mode ends the process; then the exception is
    /// written to the standard error, and the exit code is 1. SIGINT and SIGTERM end the script, its silo and then the process.
    /// </remarks>
    public static Task RunAsync(
        Func<ISnakepitClient, Task> script, ScriptOptions options, CancellationToken cancellationToken = default) =>
        RunAsync(Valued(script), options, cancellationToken);

    /// <returns>What the script has returned.</returns>
    /// <inheritdoc cref="RunAsync(Func{ISnakepitClient, Task}, ScriptOptions, CancellationToken)"/>
    public static async Task<T> RunAsync<T>(
        Func<ISnakepitClient, Task<T>> script, ScriptOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(options);
        using var signals = new ScriptSignals();
        var run = new ScriptRun(options, new OwnSilo(options), signals);
        return await run.RunAsync(script, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs a script in a program that has a silo already. Such a script never ends the process, whatever the exit mode says, and stops the
    /// host only with <see cref="Snakepit.Core.Options.ScriptStopMode.Always"/>; it ends no worker of a silo that goes on.
    /// </summary>
    /// <param name="host">The running host, with <c>AddSnakepitSilo</c>.</param>
    /// <param name="script">The script.</param>
    /// <param name="options">How the script ends. What concerns the adapter and its pool is not looked at. Null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting for the script.</param>
    /// <exception cref="Snakepit.Errors.SnakepitException">The pools were not ready in time, or the script has thrown it.</exception>
    public static Task RunAsync(
        IHost host,
        Func<ISnakepitClient, Task> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(host, Valued(script), options, cancellationToken);

    /// <returns>What the script has returned.</returns>
    /// <inheritdoc cref="RunAsync(IHost, Func{ISnakepitClient, Task}, ScriptOptions, CancellationToken)"/>
    public static Task<T> RunAsync<T>(
        IHost host,
        Func<ISnakepitClient, Task<T>> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(script);
        return new ScriptRun(options ?? new ScriptOptions(), new HostSilo(host), signals: null).RunAsync(script, cancellationToken);
    }

    private static Func<ISnakepitClient, Task<bool>> Valued(Func<ISnakepitClient, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return async python =>
        {
            await script(python).ConfigureAwait(false);
            return true;
        };
    }
}
