using Snakepit.Errors;

namespace Snakepit.Samples.Resilience;

/// <summary>What the errors of a call mean for a retry and for a circuit breaker. Pure.</summary>
public static class RepeatRule
{
    /// <summary>A repetition does no harm, and may end better.</summary>
    /// <param name="error">Why the call has no result.</param>
    /// <param name="idempotent">The tool may run twice.</param>
    public static bool MayRepeat(SnakepitException error, bool idempotent) =>
        (error.Outcome == Outcome.NotStarted || (idempotent && error.Outcome == Outcome.MaybeRan)) && MayPass(error);

    /// <summary>The pool is in trouble: further calls would only add to it.</summary>
    public static bool IsTrouble(SnakepitException error) => error.Code is
        SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolTripped or SnakepitErrorCode.PoolNotReady
        or SnakepitErrorCode.WorkerExited or SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.ClusterUnreachable;

    /// <summary>A wrong name or a wrong argument stays wrong; an exception of the tool is its answer.</summary>
    private static bool MayPass(SnakepitException error) => error.Category is
        ErrorCategory.Pool or ErrorCategory.Link or ErrorCategory.Worker or ErrorCategory.Timeout
        && error.Code != SnakepitErrorCode.PoolNotFound;
}
