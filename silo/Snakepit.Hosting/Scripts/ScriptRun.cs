using System.Runtime.ExceptionServices;
using Snakepit.Client;
using Snakepit.Core.Scripts;

namespace Snakepit.Hosting.Scripts;

/// <summary>One run of a script: start, wait, run, stop, clean up, leave; in this order, whatever fails.</summary>
/// <param name="options">How it ends.</param>
/// <param name="silo">Its silo.</param>
/// <param name="signals">What tells it to end; null where that is the host's affair.</param>
internal sealed class ScriptRun(ScriptOptions options, IScriptSilo silo, ScriptSignals? signals)
{
    public async Task<T> RunAsync<T>(Func<ISnakepitClient, Task<T>> script, CancellationToken cancellationToken)
    {
        _ = Decide(failed: false); // a wrong option is told before anything starts
        var (value, failure) = await TryAsync(script, cancellationToken).ConfigureAwait(false);
        var end = Decide(failure is not null);
        foreach (var warning in end.Warnings)
            ScriptProcess.Tell($"snakepit: {warning}");
        if (end.StopsSilo)
            await EndSiloAsync(end.Cleans).ConfigureAwait(false);
        ScriptProcess.Leave(end, failure?.SourceException);
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
        Func<ISnakepitClient, Task<T>> script, CancellationToken cancellationToken)
    {
        using var told = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals?.Told ?? CancellationToken.None);
        try
        {
            var python = await silo.StartAsync(told.Token).ConfigureAwait(false);
            foreach (var pool in silo.Pools)
                await python.AwaitReadyAsync(options.Timeout, pool, told.Token).ConfigureAwait(false);
            return (await script(python).WaitAsync(told.Token).ConfigureAwait(false), null);
        }
        catch (Exception error) // thrown again after the silo's end, or told before the end of the process
        {
            return (default, ExceptionDispatchInfo.Capture(error));
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

        if (cleans && await silo.CleanAsync(options.CleanupTimeout).ConfigureAwait(false) is { Count: > 0 } stayed)
            ScriptProcess.Tell($"snakepit: These processes of the script did not end, not even by SIGKILL: {string.Join(", ", stayed)}.");
        silo.Forget();
    }
}
