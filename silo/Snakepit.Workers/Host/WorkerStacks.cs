using Snakepit.Workers.Link;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Host;

/// <summary>
/// Asks a process for the stacks of its threads; what runs in it goes on. Its own thread for such questions knows most: which call runs
/// where, and what coroutines wait for. While native code holds the interpreter that thread does not run, and a signal makes the process
/// write its stacks. Thread-safe.
/// </summary>
/// <param name="process">The process.</param>
/// <param name="connection">The link to it.</param>
/// <param name="descriptor">Of the file that gets what the signal makes it write, in the process; null for one that offers none.</param>
internal sealed class WorkerStacks(WorkerProcess process, WorkerConnection connection, int? descriptor)
{
    /// <summary>What a worker says that answers over its link.</summary>
    private const string Capability = "stacks";

    /// <summary>Longer than sixteen busy Python threads keep the one that answers from the interpreter.</summary>
    private static readonly TimeSpan LinkLimit = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The worker writes line by line and does not say which one is the last. Longer than a control group holds up a process that has used
    /// its share of the processor.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _one = new(1); // two signals at once would mix their answers

    /// <summary>Null when the process has not answered within the limit, or cannot be asked.</summary>
    public async Task<string?> AskAsync(TimeSpan limit)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
        var isAnswering = connection.Welcome.Capabilities.Contains(Capability);
        if (isAnswering && await connection.StacksAsync(limit < LinkLimit ? limit : LinkLimit).ConfigureAwait(false) is { } stacks)
            return stacks;
        return await WrittenAsync(limit, until).ConfigureAwait(false) switch
        {
            { } written when isAnswering =>
                $"It did not answer over its link; native code may hold its interpreter. A signal shows:\n\n{written}",
            var written => written,
        };
    }

    private async Task<string?> WrittenAsync(TimeSpan limit, long until)
    {
        if (descriptor is not { } number || !await _one.WaitAsync(limit).ConfigureAwait(false))
            return null;
        try
        {
            var file = new StackFile(process.Pid, number);
            return process.TryAskForStacks(file) && await IsWrittenAsync(file, until).ConfigureAwait(false) ? file.Text : null;
        }
        finally
        {
            _one.Release();
        }
    }

    private static async Task<bool> IsWrittenAsync(StackFile file, long until)
    {
        var (length, since) = (0L, 0L);
        while (TimeProvider.System.GetTimestamp() < until)
        {
            await Task.Delay(Look).ConfigureAwait(false);
            var now = file.Length;
            if (now != length)
                (length, since) = (now, TimeProvider.System.GetTimestamp());
            else if (length > 0 && TimeProvider.System.GetElapsedTime(since) >= Quiet)
                return true;
        }

        return length > 0;
    }
}
