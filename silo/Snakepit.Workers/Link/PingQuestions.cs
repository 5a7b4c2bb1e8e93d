using System.Collections.Concurrent;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>Signs of life that a worker was asked for over its control stream. Thread-safe.</summary>
/// <param name="send">Sends an item; false when the link is gone.</param>
internal sealed class PingQuestions(Func<ToWorkerItem, bool> send)
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _open = new();
    private ulong _nonce;

    /// <summary>False when no pong came in time, or the link is gone.</summary>
    public async Task<bool> AskAsync(TimeSpan limit)
    {
        var nonce = Interlocked.Increment(ref _nonce);
        var pong = _open.GetOrAdd(nonce, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (!send(new ToWorkerItem { Ping = new Ping { Nonce = nonce } }))
                return false;
            await pong.Task.WaitAsync(limit).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _open.TryRemove(nonce, out _);
        }
    }

    public void Answered(Pong pong)
    {
        if (_open.TryGetValue(pong.Nonce, out var open))
            open.TrySetResult();
    }
}
