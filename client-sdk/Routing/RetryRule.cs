using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>The only place that decides about trying again.</summary>
internal static class RetryRule
{
    /// <summary>
    /// Whether a failed try may be repeated: when the tool surely did not run, or when running it twice is allowed; and only
    /// for what another shard or another worker may do better.
    /// </summary>
    /// <param name="failure">How the try ended.</param>
    /// <param name="policy">What the pool says about crashes.</param>
    /// <param name="idempotent">The caller, or the tool, says that twice does no harm.</param>
    /// <param name="crashes">Tries of this call that have ended with a crash, this one included.</param>
    /// <param name="elsewhere">There is a shard that has not been tried.</param>
    public static bool Allows(Failure failure, RetryPolicy policy, bool idempotent, int crashes, bool elsewhere) => failure.Code switch
    {
        SnakepitErrorCode.WorkerExited when failure.Outcome != Outcome.NotStarted =>
            crashes <= policy.MaxRetries && MayRunTwice(policy, idempotent),
        SnakepitErrorCode.WorkerExited or SnakepitErrorCode.WorkerRefused => failure.Outcome == Outcome.NotStarted,
        // The silo is gone, silent or a new one. No worker crashed, so the caller's word is enough.
        SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.StreamLost => failure.Outcome == Outcome.NotStarted || idempotent,
        SnakepitErrorCode.QueueFull or SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolDraining
            or SnakepitErrorCode.PoolTripped or SnakepitErrorCode.PoolNotFound or SnakepitErrorCode.SiloBusy =>
            elsewhere && failure.Outcome == Outcome.NotStarted,
        _ => false,
    };

    /// <summary>Whether the next try should look for another shard: not for a session whose worker died, others are beside it.</summary>
    public static bool AvoidsShard(Failure failure, string? session) => session is null || failure.Code != SnakepitErrorCode.WorkerExited;

    /// <summary>The pause before the next try: nothing unless a worker crashed, then doubling.</summary>
    public static TimeSpan Pause(RetryPolicy policy, int crashes) =>
        crashes == 0 ? TimeSpan.Zero : policy.Backoff * Math.Pow(2, Math.Min(crashes - 1, 16));

    private static bool MayRunTwice(RetryPolicy policy, bool idempotent) => policy.Retry switch
    {
        CrashRetry.Always => true,
        CrashRetry.Idempotent => idempotent,
        CrashRetry.Never => false,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy.Retry, "Unknown retry rule."),
    };
}
