using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// Asks a shard for the progress of one try and hands it to the application, until it is disposed of. Only a call whose caller wants
/// progress has one. Whatever fails here leaves the call alone.
/// </summary>
internal sealed class ProgressReader : IDisposable
{
    /// <summary>
    /// Before the next question, when the last one brought nothing: the call may not have arrived yet, or the silo is away.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IProgress<ToolProgress> _progress;
    private readonly IPoolShardGrain _grain;
    private readonly Guid _call;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();

    private ProgressReader(IProgress<ToolProgress> progress, IPoolShardGrain grain, Guid call, TimeProvider time)
    {
        _progress = progress;
        _grain = grain;
        _call = call;
        _time = time;
    }

    /// <summary>Begins to read; null when the caller has not asked for progress.</summary>
    /// <param name="progress">Gets the reports; null when the caller has not asked for any.</param>
    /// <param name="grain">The shard that has the call.</param>
    /// <param name="call">The name of the call or stream.</param>
    /// <param name="time">The client's clock.</param>
    public static ProgressReader? Begin(IProgress<ToolProgress>? progress, IPoolShardGrain grain, Guid call, TimeProvider time)
    {
        if (progress is null)
            return null;
        var reader = new ProgressReader(progress, grain, call, time);
        var end = reader._end.Token; // here, because the call may have ended before the task begins
        // Not awaited at the end, because the application's code may be in the way: the call must not wait for it. The token ends it.
        _ = Task.Run(() => reader.ReadAsync(end));
        return reader;
    }

    /// <summary>The call has ended. Does not wait.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    /// <summary>Never faults.</summary>
    private async Task ReadAsync(CancellationToken end)
    {
        var have = 0L;
        while (!end.IsCancellationRequested)
        {
            var step = await AskAsync(have, end).ConfigureAwait(false);
            if (end.IsCancellationRequested)
                return;
            if (step is null)
            {
                await Task.Delay(Pause, _time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            have = step.Number;
            Tell(step.Progress);
        }
    }

    /// <summary>Null when there is nothing new, or when the shard cannot be asked.</summary>
    private async Task<ProgressStep?> AskAsync(long have, CancellationToken end)
    {
        try
        {
            var answer = _grain.NextProgressAsync(_call, have);
            answer.Ignore(); // once the call has ended, no code reads this answer, and a failure in it must not go unobserved
            return await answer.WaitAsync(end).ConfigureAwait(false);
        }
        catch (Exception) // the call itself finds out what is wrong with the silo, and says so
        {
            return null;
        }
    }

    private void Tell(ToolProgress progress)
    {
        try
        {
            _progress.Report(progress);
        }
        catch (Exception) // the application's; the call goes on without it
        {
        }
    }
}
