using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Snakepit.Client;
using Snakepit.Core.Scripts;
using Snakepit.Errors;

namespace Snakepit.Hosting.Scripts;

/// <summary>One run of a script: start, wait, run, stop, clean up, leave; in this order, whatever fails.</summary>
/// <param name="options">How it ends.</param>
/// <param name="silo">Its silo.</param>
/// <param name="signals">What tells it to end; null where that is the host's affair.</param>
/// <param name="leave">Ends the process as it was decided; does nothing when the program goes on.</param>
internal sealed class ScriptRun(ScriptOptions options, IScriptSilo silo, ScriptSignals? signals, Action<ScriptEnd, Exception?> leave)
{
    public async Task<T> RunAsync<T>(
        Func<ISnakepitClient, CancellationToken, Task<T>> script, CancellationToken cancellationToken)
    {
        _ = Decide(failed: false); // a wrong option is told before anything starts
        var (value, failure) = await TryAsync(script, cancellationToken).ConfigureAwait(false);
        var isInterrupted = failure?.SourceException is OperationCanceledException && signals?.Number is not null;
        var end = Decide(failure is not null);
        foreach (var warning in end.Warnings)
            ScriptProcess.Tell($"snakepit: {warning}");
        if (end.StopsSilo)
            await EndSiloAsync(end.Cleans).ConfigureAwait(false);
        // A signal may have come while the silo was stopping; from here on signals do again what they do by default.
        signals?.Dispose();
        leave(Decide(failure is not null), isInterrupted ? null : failure?.SourceException);
        failure?.Throw();
        return value!;
    }

    private ScriptEnd Decide(bool failed) => ScriptRule.Decide(
        new ScriptWish(
            options.ExitMode,
            options.StopMode,
            options.CleanupTimeout,
            Environment.GetEnvironmentVariable(ScriptRule.ExitVariable),
            Environment.GetEnvironmentVariable(ScriptRule.HaltVariable)),
        new ScriptFacts(silo.IsOwn, failed, signals?.Number));

    private async Task<(T? Value, ExceptionDispatchInfo? Failure)> TryAsync<T>(
        Func<ISnakepitClient, CancellationToken, Task<T>> script, CancellationToken cancellationToken)
    {
        using var told = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals?.Told ?? CancellationToken.None);
        try
        {
            var python = await StartAsync(told.Token).ConfigureAwait(false);
            // On a thread of the thread pool, so that a script that blocks does not keep the silo from its end.
            var running = Task.Run(() => script(python, told.Token), CancellationToken.None);
            return (await AwaitAsync(running, told.Token).ConfigureAwait(false), null);
        }
        catch (Exception error) // thrown again after the silo's end, or told before the end of the process
        {
            return (default, ExceptionDispatchInfo.Capture(error));
        }
    }

    /// <summary>Starts the silo and waits for all pools, both within one timeout.</summary>
    private async Task<ISnakepitClient> StartAsync(CancellationToken told)
    {
        var began = Stopwatch.GetTimestamp();
        using var late = new CancellationTokenSource(options.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(told, late.Token);
        try
        {
            var python = await silo.StartAsync(either.Token).ConfigureAwait(false);
            foreach (var pool in silo.Pools)
                await python.AwaitReadyAsync(Remaining(began), pool, told).ConfigureAwait(false);
            return python;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !told.IsCancellationRequested)
        {
            throw new SnakepitException(
                SnakepitErrorCode.PoolNotReady,
                $"The silo of the script has not started within {options.Timeout.TotalSeconds:0.###} s (ScriptOptions.Timeout).");
        }
    }

    private TimeSpan Remaining(long began)
    {
        if (options.Timeout == Timeout.InfiniteTimeSpan)
            return options.Timeout;
        var remaining = options.Timeout - Stopwatch.GetElapsedTime(began);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    /// <summary>A script that is told to end gets some time to do so before its silo goes.</summary>
    private async Task<T> AwaitAsync<T>(Task<T> running, CancellationToken told)
    {
        try
        {
            return await running.WaitAsync(told).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            try
            {
                return await running.WaitAsync(options.CancelTimeout, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                ScriptProcess.Tell(
                    $"snakepit: The script goes on {options.CancelTimeout.TotalSeconds:0.###} s (CancelTimeout) after it was told to end; "
                    + "its silo is stopped nonetheless.");
            }

            throw;
        }
    }

    private async Task EndSiloAsync(bool cleans)
    {
        try
        {
            await silo.StopAsync().WaitAsync(options.ShutdownTimeout).ConfigureAwait(false);
        }
        catch (Exception error) // what is left of it is the clean-up's part, and the script's own failure is told, not this one
        {
            var why = error is TimeoutException
                ? $"has not stopped within {options.ShutdownTimeout.TotalSeconds:0.###} s (ShutdownTimeout)"
                : $"did not stop in order: {error.Message}";
            ScriptProcess.Tell($"snakepit: The silo of the script {why}.");
        }

        try
        {
            if (cleans && await silo.CleanAsync(options.CleanupTimeout).ConfigureAwait(false) is { Count: > 0 } stayed)
            {
                ScriptProcess.Tell(
                    $"snakepit: These processes of the script did not end, not even by SIGKILL: {string.Join(", ", stayed)}.");
            }
        }
        catch (Exception error) // as above: the script's own failure is told, not this one
        {
            ScriptProcess.Tell($"snakepit: The clean-up after the script has failed: {error.Message}");
        }
        finally
        {
            silo.Forget();
        }
    }
}
