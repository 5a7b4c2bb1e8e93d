using Snakepit.Errors;

namespace Snakepit.Client.Routing;

/// <summary>
/// Asks the grain of a pool. The cluster may believe it on a silo that has just died: then no answer comes until membership has declared
/// that silo dead, and the next question finds the grain elsewhere.
/// </summary>
internal static class PoolQuestion
{
    /// <summary>How long a question is repeated: longer than the 10 s in which membership declares a silent silo dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Repeats a question until it is answered, for <see cref="Patience"/> and within the caller's budget.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="left">What is left of the caller's budget.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="SnakepitException">The answer is a refusal.</exception>
    /// <exception cref="TimeoutException">The budget is spent.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask, TimeSpan left, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var elapsed = time.GetElapsedTime(began);
            try
            {
                var wait = left == Timeout.InfiniteTimeSpan ? left : left > elapsed ? left - elapsed : TimeSpan.Zero;
                return await ask().WaitAsync(RetryState.Limit(wait), time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (
                error is not (SnakepitException or ObjectDisposedException) && !cancellationToken.IsCancellationRequested)
            {
                elapsed = time.GetElapsedTime(began) + Pause;
                if (elapsed > Patience || (left != Timeout.InfiniteTimeSpan && elapsed >= left))
                    throw;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
