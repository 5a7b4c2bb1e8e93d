using Snakepit.Errors;

namespace Snakepit.Client.Routing;

/// <summary>The only place that repeats calls. Pure.</summary>
internal static class RetryRule
{
    /// <summary>
    /// Whether a failed try may be repeated: when the tool surely did not run, or the caller declared that twice does no
    /// harm; and only for what another shard or another worker may do better.
    /// </summary>
    /// <param name="failure">How the try ended.</param>
    /// <param name="idempotent">The caller's declaration.</param>
    /// <param name="elsewhere">There is a shard that has not been tried.</param>
    public static bool Allows(Failure failure, bool idempotent, bool elsewhere) => failure.Code switch
    {
        SnakepitErrorCode.WorkerExited or SnakepitErrorCode.WorkerRefused => failure.Outcome == Outcome.NotStarted || idempotent,
        SnakepitErrorCode.SiloUnreachable => failure.Outcome == Outcome.NotStarted || idempotent,
        SnakepitErrorCode.QueueFull or SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolDraining
            or SnakepitErrorCode.PoolNotFound => elsewhere && failure.Outcome == Outcome.NotStarted,
        _ => false,
    };
}
