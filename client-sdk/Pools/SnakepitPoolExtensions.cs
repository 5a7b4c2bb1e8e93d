using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Client;

/// <summary>Questions about pools that programs ask often.</summary>
public static class SnakepitPoolExtensions
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until a pool takes calls: one of its workers, on any silo, is ready, or the pool sleeps and a call wakes it.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="timeout">Longest wait, unanswered questions included; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="pool">Name of the pool; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SnakepitException">
    /// <see cref="SnakepitErrorCode.PoolFailed"/> when no worker of the pool can start, with the reason;
    /// <see cref="SnakepitErrorCode.PoolNotReady"/> when the time is over; others when no silo answers, or there is no such pool.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task AwaitReadyAsync(
        this ISnakepitClient client, TimeSpan timeout, string? pool = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return AwaitReadyAsync(client, timeout, pool, TimeProvider.System, cancellationToken);
    }

    /// <summary>The workers of a pool on all silos that answer, by silo and slot. A slot in replacement has two.</summary>
    /// <param name="client">The client.</param>
    /// <param name="pool">Name of the pool; null for the client's default.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Also those that are starting or leaving; <see cref="WorkerReport.State"/> tells.</returns>
    /// <exception cref="SnakepitException">No silo answered, or there is no such pool.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<IReadOnlyList<WorkerReport>> ListWorkersAsync(
        this ISnakepitClient client, string? pool = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var status = await client.GetPoolStatusAsync(pool, cancellationToken).ConfigureAwait(false);
        return [.. status.Shards.SelectMany(shard => shard.Workers)];
    }

    internal static async Task AwaitReadyAsync(
        ISnakepitClient client, TimeSpan timeout, string? pool, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        PoolStatus? status = null;
        try
        {
            while (true)
            {
                status = await client.GetPoolStatusAsync(pool, either.Token).ConfigureAwait(false);
                if (status.Shards.Any(shard => shard.State is PoolState.Ready or PoolState.Degraded))
                    return;
                if (status.Shards.Length > 0 && status.Shards.All(shard => shard.State == PoolState.Failed))
                    throw Failed(status);
                await Task.Delay(Pause, time, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Late(pool, status, timeout);
        }
    }

    private static SnakepitException Failed(PoolStatus status) => new(
        SnakepitErrorCode.PoolFailed,
        $"Pool '{status.Pool}' has failed: {status.Shards.Select(shard => shard.Reason).FirstOrDefault(reason => reason is not null)}");

    private static SnakepitException Late(string? pool, PoolStatus? status, TimeSpan timeout)
    {
        var name = (status?.Pool ?? pool) is { } known ? $"Pool '{known}'" : "The default pool";
        var states = status switch
        {
            null => "no silo has answered",
            { Shards.Length: 0 } => "no shard of it has reported yet",
            _ => string.Join(", ", status.Shards.Select(shard => $"{shard.Shard.Silo} is {shard.State}")),
        };
        return new SnakepitException(
            SnakepitErrorCode.PoolNotReady,
            $"{name} is not ready after {timeout.TotalSeconds:0.###} s: {states}. Wait longer, or see 'snakepit status'.");
    }
}
