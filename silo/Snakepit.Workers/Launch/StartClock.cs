using Snakepit.Core.Ports;

namespace Snakepit.Workers.Launch;

/// <summary>Limits the steps of a start one after the other, each by an option of its own.</summary>
internal sealed class StartClock(CancellationToken caller, CancellationToken closing) : IDisposable
{
    private readonly CancellationTokenSource _given = CancellationTokenSource.CreateLinkedTokenSource(caller, closing);

    /// <summary>Fires when the start is to be given up.</summary>
    public CancellationToken Stopped => _given.Token;

    /// <exception cref="WorkerStartException">The step took too long.</exception>
    public async Task<T> LimitAsync<T>(TimeSpan limit, string option, string failure, Func<CancellationToken, Task<T>> step)
    {
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(_given.Token);
        clock.CancelAfter(limit);
        try
        {
            return await step(clock.Token).WaitAsync(clock.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!_given.IsCancellationRequested)
        {
            throw new WorkerStartException($"{failure} within {limit.TotalSeconds:0.#} s; {option} is the limit", innerException: error);
        }
    }

    public void Dispose() => _given.Dispose();
}
