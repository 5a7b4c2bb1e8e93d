using System.Collections.Concurrent;
using Snakepit.Protos.V1;

namespace Snakepit.Workers.Link;

/// <summary>Questions of one kind that a worker gets over its control stream, each with the answer to it. Thread-safe.</summary>
/// <param name="send">Sends an item; false when the link is gone.</param>
internal sealed class Questions<TAnswer>(Func<ToWorkerItem, bool> send)
    where TAnswer : class
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<TAnswer>> _open = new();
    private ulong _nonce;

    /// <summary>Null when the link is gone.</summary>
    /// <param name="ask">Makes the item, of the number that its answer carries.</param>
    /// <param name="limit">How long the answer is waited for.</param>
    /// <exception cref="TimeoutException">None came within the limit.</exception>
    public async Task<TAnswer?> AskAsync(Func<ulong, ToWorkerItem> ask, TimeSpan limit)
    {
        var nonce = Interlocked.Increment(ref _nonce);
        var answer = _open.GetOrAdd(
            nonce, static _ => new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            return send(ask(nonce)) ? await answer.Task.WaitAsync(limit).ConfigureAwait(false) : null;
        }
        finally
        {
            _open.TryRemove(nonce, out _);
        }
    }

    /// <summary>Null when the link is gone, or no answer came within the limit.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<TAnswer?> TryAskAsync(Func<ulong, ToWorkerItem> ask, TimeSpan limit)
    {
        try
        {
            return await AskAsync(ask, limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Hands an answer to who waits for it. Drops one that nobody waits for any more.</summary>
    public void Answered(ulong nonce, TAnswer answer)
    {
        if (_open.TryGetValue(nonce, out var open))
            open.TrySetResult(answer);
    }
}
