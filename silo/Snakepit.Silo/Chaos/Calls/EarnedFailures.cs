using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>Which ends of calls the faults account for. Any other is a fault of the system. Pure.</summary>
internal static class EarnedFailures
{
    /// <summary>Whether a call ended as calls end when a silo is away.</summary>
    public static bool IsOfSilo(ChaosCall call, CallAnswer answer) =>
        (answer.Code == "deadline_exceeded" && !call.IsTooLong)
        || answer.Code is "silo_unreachable" or "cluster_unreachable" or "pool_draining" or "pool_not_ready"
            or "connection_lost" or "not_sent";

    /// <param name="call">The call.</param>
    /// <param name="answer">How it ended.</param>
    /// <param name="siloFault">A silo was away, or had just come back, while the call lived.</param>
    public static bool Contains(ChaosCall call, CallAnswer answer, bool siloFault) => answer.Code switch
    {
        "ok" => true,
        "given_up" => call.Patience is not null,
        "tool_raised" => call.Tool == "fail",
        // Workers are killed, stopped and replaced all the time, and more calls come than they can run.
        "worker_exited" or "worker_refused" or "pool_failed" or "queue_full" or "queue_timeout" => true,
        "execution_timeout" or "deadline_exceeded" => call.IsTooLong || siloFault,
        _ => siloFault && IsOfSilo(call, answer),
    };
}
