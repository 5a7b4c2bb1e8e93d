using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Host;

/// <summary>Asks a process for the stacks of its threads, by a signal; what runs in it goes on. Thread-safe.</summary>
/// <param name="process">The process.</param>
/// <param name="descriptor">Of the file that gets them, in the process; null for one that offers none.</param>
internal sealed class WorkerStacks(WorkerProcess process, int? descriptor)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The worker writes line by line and does not say which one is the last. Longer than a control group holds up a process that has used
    /// its share of the processor.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _one = new(1); // two questions at once would mix their answers

    /// <summary>Null when the process has not written them within the limit, or cannot be asked.</summary>
    public async Task<string?> AskAsync(TimeSpan limit)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
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
