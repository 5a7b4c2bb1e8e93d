using Snakepit.Execution;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>
/// The latest progress of one call, and the questions that wait for a later one. One thread adds, the link's reader; any thread asks.
/// </summary>
internal sealed class ProgressTrail
{
    private ProgressStep? _latest;
    private TaskCompletionSource? _waiting;

    public void Add(ToolProgress progress)
    {
        Volatile.Write(ref _latest, new ProgressStep((_latest?.Number ?? 0) + 1, progress));
        Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
    }

    /// <summary>The latest report, once there is a later one than <paramref name="have"/>; null when the wait ends without one.</summary>
    /// <param name="have">Number of the latest report that the caller has.</param>
    /// <param name="end">Ends the wait.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="time">Measures the limit.</param>
    public async Task<ProgressStep?> NextAsync(long have, Task end, TimeSpan limit, TimeProvider time)
    {
        // Before the look: a report that comes after the look ends this wait.
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Interlocked.CompareExchange(ref _waiting, own, null) ?? own;
        if (After(have) is { } here)
            return here;
        Task first = Task.WhenAny(waiting.Task, end).WaitAsync(limit, time);
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return After(have);
    }

    private ProgressStep? After(long have) => Volatile.Read(ref _latest) is { } latest && latest.Number > have ? latest : null;
}
