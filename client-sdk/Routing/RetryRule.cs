using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>The only place that decides about trying again.</summary>
internal static class RetryRule
{
    /// <summary>Tries that may be lost on their way before they count.</summary>
    public const int MostLost = 6;

    private static readonly TimeSpan FirstLostPause = TimeSpan.FromMilliseconds(50);

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

    /// <summary>
    /// Whether a refusal asks for a new view before it stands: shards that leave, or do not serve, are often followed by another one, which
    /// the known view does not list yet. Full queues do not: asking for each of them would add load to an overload.
    /// </summary>
    public static bool AsksForNewcomers(Failure failure) => failure.Code is SnakepitErrorCode.PoolDraining
        or SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolTripped
        or SnakepitErrorCode.PoolNotFound;

    /// <summary>Whether the next try should look for another shard: not for a session whose worker died, others are beside it.</summary>
    public static bool AvoidsShard(Failure failure, string? session) => session is null || failure.Code != SnakepitErrorCode.WorkerExited;

    /// <summary>
    /// Whether the try got lost before any worker had it. When silos restart one after the other, the ways through their gateways break
    /// several times within moments; up to <see cref="MostLost"/> such tries do not count.
    /// </summary>
    public static bool IsLostOnItsWay(Failure failure) =>
        failure is { Code: SnakepitErrorCode.SiloUnreachable, Outcome: Outcome.NotStarted };

    /// <summary>
    /// The pause before the next try, doubling. After a crash: the pool's back-off. After tries that were lost on their way: none after the
    /// first, since another shard may be reached at once, then 50 ms, up to 800 ms. Else nothing.
    /// </summary>
    /// <param name="policy">What the pool says about crashes.</param>
    /// <param name="crashes">Tries of this call that have ended with a crash.</param>
    /// <param name="lost">Tries of this call that were lost on their way, the last one included; 0 when the last one was not.</param>
    public static TimeSpan Pause(RetryPolicy policy, int crashes, int lost = 0) =>
        lost > 1 ? FirstLostPause * (1 << (Math.Min(lost, MostLost) - 2))
        : crashes == 0 ? TimeSpan.Zero
        : policy.Backoff * Math.Pow(2, Math.Min(crashes - 1, 16));

    private static bool MayRunTwice(RetryPolicy policy, bool idempotent) => policy.Retry switch
    {
        CrashRetry.Always => true,
        CrashRetry.Idempotent => idempotent,
        CrashRetry.Never => false,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy.Retry, "Unknown retry rule."),
    };
}
