using Snakepit.Errors;

namespace Snakepit.Client;

/// <summary>Calls a tool for each of many arguments.</summary>
public static class SnakepitBatchExtensions
{
    /// <summary>
    /// Calls a tool once for each of many arguments, some at a time. A call that fails fails alone: the others go on, and its place in the
    /// list has the error.
    /// </summary>
    /// <typeparam name="T">What each result is read as, as in <see cref="ISnakepitClient.ExecuteAsync{T}"/>.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="tool">Name of the tool.</param>
    /// <param name="arguments">
    /// The arguments of each call, taken one by one as calls begin. What the sequence itself throws ends everything, as does what
    /// <see cref="ManyCallsOptions.Progress"/> throws: the calls that are on their way are given up, and all results are lost.
    /// </param>
    /// <param name="options">How many at the same time, and the options of each call; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up the calls that are on their way and begins no others.</param>
    /// <returns>One outcome for each of the arguments, in their order.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">MaxConcurrency is below 1.</exception>
    public static async Task<IReadOnlyList<CallOutcome<T>>> ExecuteManyAsync<T>(
        this ISnakepitClient client,
        string tool,
        IEnumerable<object?> arguments,
        ManyCallsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(arguments);
        options ??= new ManyCallsOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrency, 1);
        var outcomes = new Outcomes<T>(
            options.Progress, Enumerable.TryGetNonEnumeratedCount(arguments, out var total) ? total : null);
        await Parallel.ForEachAsync(
            arguments.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken },
            async (call, token) => outcomes.Add(await CallAsync<T>(client, tool, call, options.Call, token).ConfigureAwait(false)))
            .ConfigureAwait(false);
        return outcomes.InOrder();
    }

    private static async Task<CallOutcome<T>> CallAsync<T>(
        ISnakepitClient client, string tool, (int Index, object? Arguments) call, ToolCallOptions? options, CancellationToken token)
    {
        try
        {
            var value = await client.ExecuteAsync<T>(tool, call.Arguments, options, token).ConfigureAwait(false);
            return new CallOutcome<T>(call.Index, value, Error: null);
        }
        catch (SnakepitException error)
        {
            return new CallOutcome<T>(call.Index, default, error);
        }
    }

    /// <summary>Collects outcomes in the order in which calls end. Thread-safe.</summary>
    private sealed class Outcomes<T>(IProgress<ManyCallsProgress>? progress, int? total)
    {
        private readonly Lock _gate = new();
        private readonly List<CallOutcome<T>> _outcomes = [];
        private int _failed;

        /// <summary>Progress is told in the lock, so that it never goes backwards.</summary>
        public void Add(CallOutcome<T> outcome)
        {
            lock (_gate)
            {
                _outcomes.Add(outcome);
                _failed += outcome.IsSuccess ? 0 : 1;
                progress?.Report(new ManyCallsProgress(_outcomes.Count, _failed, total));
            }
        }

        public IReadOnlyList<CallOutcome<T>> InOrder() => [.. _outcomes.OrderBy(outcome => outcome.Index)];
    }
}
