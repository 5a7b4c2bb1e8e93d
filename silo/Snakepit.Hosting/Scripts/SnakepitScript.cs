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
    /// <param name="script">
    /// The script, on a thread of the thread pool. Its client is of use until it ends. Its token is cancelled by the first SIGINT or
    /// SIGTERM and by <paramref name="cancellationToken"/>; then the script has <see cref="ScriptOptions.CancelTimeout"/> to end.
    /// </param>
    /// <param name="options">The adapter, and how the script ends.</param>
    /// <param name="cancellationToken">Tells the script to end; the silo is stopped and cleaned up as at its end.</param>
    /// <returns>What the script has returned.</returns>
    /// <exception cref="Snakepit.Errors.SnakepitException">The workers were not ready in time, or the script has thrown it.</exception>
    /// <exception cref="Failures.StartupException">The silo could not start, for a reason that a person can mend.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that there is not.</exception>
    /// <remarks>
    /// What the script throws is thrown again after the end of the silo, unless the exit mode ends the process; then the exception is
    /// written to the standard error, and the exit code is 1. SIGINT and SIGTERM end the script, its silo and then the process.
    /// </remarks>
    public static async Task<T> RunAsync<T>(
        Func<ISnakepitClient, CancellationToken, Task<T>> script, ScriptOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(options);
        using var signals = new ScriptSignals();
        var run = new ScriptRun(options, new OwnSilo(options), signals, ScriptProcess.Leave);
        return await run.RunAsync(script, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}(Func{ISnakepitClient, CancellationToken, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task RunAsync(
        Func<ISnakepitClient, CancellationToken, Task> script, ScriptOptions options, CancellationToken cancellationToken = default) =>
        RunAsync(Valued(script), options, cancellationToken);

    /// <summary>Runs a script that has no token, with a silo of its own: told to end, it is not waited for.</summary>
    /// <inheritdoc cref="RunAsync{T}(Func{ISnakepitClient, CancellationToken, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task<T> RunAsync<T>(
        Func<ISnakepitClient, Task<T>> script, ScriptOptions options, CancellationToken cancellationToken = default) =>
        RunAsync(Hearing(script), options, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(Func{ISnakepitClient, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task RunAsync(
        Func<ISnakepitClient, Task> script, ScriptOptions options, CancellationToken cancellationToken = default) =>
        RunAsync(Valued(script), options, cancellationToken);

    /// <summary>
    /// Runs a script in a program that has a silo already. Such a script never ends the process, whatever the exit mode says, and stops the
    /// host only with <see cref="Snakepit.Core.Options.ScriptStopMode.Always"/>; it ends no worker of a silo that goes on.
    /// </summary>
    /// <param name="host">The running host, with <c>AddSnakepitSilo</c>.</param>
    /// <param name="script">
    /// The script, on a thread of the thread pool. Its token is cancelled by <paramref name="cancellationToken"/>; then the script has
    /// <see cref="ScriptOptions.CancelTimeout"/> to end.
    /// </param>
    /// <param name="options">How the script ends. What concerns the adapter and its pool is not looked at. Null for the defaults.</param>
    /// <param name="cancellationToken">Tells the script to end.</param>
    /// <returns>What the script has returned.</returns>
    /// <exception cref="Snakepit.Errors.SnakepitException">The pools were not ready in time, or the script has thrown it.</exception>
    public static Task<T> RunAsync<T>(
        IHost host,
        Func<ISnakepitClient, CancellationToken, Task<T>> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(script);
        var run = new ScriptRun(options ?? new ScriptOptions(), new HostSilo(host), signals: null, ScriptProcess.Leave);
        return run.RunAsync(script, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync{T}(IHost, Func{ISnakepitClient, CancellationToken, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task RunAsync(
        IHost host,
        Func<ISnakepitClient, CancellationToken, Task> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(host, Valued(script), options, cancellationToken);

    /// <summary>Runs a script that has no token, in a program that has a silo already: told to end, it is not waited for.</summary>
    /// <inheritdoc cref="RunAsync{T}(IHost, Func{ISnakepitClient, CancellationToken, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task<T> RunAsync<T>(
        IHost host,
        Func<ISnakepitClient, Task<T>> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(host, Hearing(script), options, cancellationToken);

    /// <inheritdoc cref="RunAsync{T}(IHost, Func{ISnakepitClient, Task{T}}, ScriptOptions, CancellationToken)"/>
    public static Task RunAsync(
        IHost host,
        Func<ISnakepitClient, Task> script,
        ScriptOptions? options = null,
        CancellationToken cancellationToken = default) => RunAsync(host, Valued(script), options, cancellationToken);

    private static Func<ISnakepitClient, CancellationToken, Task<bool>> Valued(Func<ISnakepitClient, CancellationToken, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return async (python, told) =>
        {
            await script(python, told).ConfigureAwait(false);
            return true;
        };
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

    /// <summary>A script that has no token cannot end by it, so waiting for its end would only cost time.</summary>
    private static Func<ISnakepitClient, CancellationToken, Task<T>> Hearing<T>(Func<ISnakepitClient, Task<T>> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return (python, told) => script(python).WaitAsync(told);
    }
}
