using System.Globalization;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Grains.Pools;

/// <summary>What a shard says when a call cannot have a result: what happened to whom, the number that mattered, the knob.</summary>
internal sealed class ShardFailures(PoolOptions pool, TimeoutPlan plan, TimeSpan drainTimeout, string silo)
{
    public Failure Rejected(RejectReason reason, Call call, PoolScheduler scheduler, TimeSpan now) => reason switch
    {
        RejectReason.QueueFull => NotStarted(
            SnakepitErrorCode.QueueFull,
            $"Pool '{pool.Name}' on silo '{silo}' is full: {scheduler.Queued} calls waiting, MaxQueueSize is {scheduler.QueueLimit}. Raise it or add workers (PoolSize is {pool.PoolSize}).",
            call,
            now,
            ("depth", $"{scheduler.Queued}"),
            ("limit", $"{scheduler.QueueLimit}")),
        RejectReason.PoolNotReady => NotStarted(
            SnakepitErrorCode.PoolNotReady,
            $"Pool '{pool.Name}' on silo '{silo}' is not ready: none of its {pool.PoolSize} workers has started yet{LastFailure(scheduler)}. GrpcServerReadyTimeout is {Duration.Format(plan.ServerReadyTimeout.Value)}.",
            call,
            now),
        RejectReason.PoolFailed => NotStarted(
            SnakepitErrorCode.PoolFailed,
            $"Pool '{pool.Name}' on silo '{silo}' has failed, its workers do not start{LastFailure(scheduler)}.",
            call,
            now),
        RejectReason.PoolTripped => NotStarted(
            SnakepitErrorCode.PoolTripped,
            $"Pool '{pool.Name}' on silo '{silo}' takes no calls for the moment: {scheduler.LastFailure?.Split('\n')[0]}",
            call,
            now),
        RejectReason.PoolDraining => NotStarted(
            SnakepitErrorCode.PoolDraining,
            $"Pool '{pool.Name}' on silo '{silo}' is draining and takes no more calls.",
            call,
            now),
        RejectReason.DeadlinePassed => NotStarted(
            SnakepitErrorCode.DeadlineExceeded,
            $"The budget of this call to '{call.Request.Tool}' was spent before pool '{pool.Name}' on silo '{silo}' could start it.",
            call,
            now),
        RejectReason.None or _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a rejection."),
    };

    public Failure Expired(Call call, PoolScheduler scheduler, TimeSpan now)
    {
        var (what, knob) = call is StreamCall
            ? ("stream", $"CheckoutTimeout is {Duration.Format(plan.CheckoutTimeout.Value)}")
            : ("call", $"PoolQueueTimeout is {Duration.Format(plan.QueueTimeout.Value)}");
        return NotStarted(
            SnakepitErrorCode.QueueTimeout,
            $"The {what} to '{call.Request.Tool}' waited {Rounded(now - call.SubmittedAt)} in the queue of pool '{pool.Name}' on silo '{silo}' and was not started: {scheduler.Queued} calls still wait for {pool.PoolSize} workers. {knob}, the {what}'s budget was {Rounded(call.Request.Budget)}.",
            call,
            now,
            ("depth", $"{scheduler.Queued}"));
    }

    public Failure ReaderGone(StreamCall call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.StreamReaderTimeout,
        Message = $"The reader of the stream of '{call.Request.Tool}' in pool '{pool.Name}' on silo '{silo}' had {call.Pace.Handed} items and did not ask for more within {Duration.Format(plan.StreamReaderTimeout.Value)} (StreamReaderTimeout), so the tool was stopped.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
        Elapsed = Elapsed(call, now),
    };

    /// <summary>A question about a stream that this shard does not know.</summary>
    public Failure StreamLost() => new()
    {
        Code = SnakepitErrorCode.StreamLost,
        Message = $"Pool '{pool.Name}' on silo '{silo}' knows nothing of this stream: it was closed, or the silo has been restarted meanwhile, or the message that opened it got lost.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
    };

    /// <summary>A reader that has lost count would get items twice or never.</summary>
    public Failure WrongQuestion(StreamCall call, long have) => new()
    {
        Code = SnakepitErrorCode.StreamLost,
        Message = $"The reader of the stream of '{call.Request.Tool}' says that it has {have} items; it can only have {call.Pace.Acknowledged} or {call.Pace.Handed}.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
    };

    /// <summary>What an overdue call's caller gets when its worker settles in time: the same error, with what the worker could say.</summary>
    public ToolReply Overdue(ToolReply reply, Call call, TimeSpan now)
    {
        var failure = Overdue(call, now) with
        {
            Outcome = reply.Failure?.Outcome ?? Outcome.Ran,
            Python = reply.Failure?.Python,
            Details = reply.Failure?.Details ?? new Dictionary<string, string>(),
        };
        return reply with { Value = null, Attachments = null, Failure = failure };
    }

    public Failure Overdue(Call call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.ExecutionTimeout,
        Message = $"Tool '{call.Request.Tool}' in pool '{pool.Name}' on silo '{silo}' did not finish within {Limit(call)}; it is being stopped.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Worker,
        Elapsed = Elapsed(call, now),
    };

    public Failure Cancelled(Call call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.Cancelled,
        Message = $"The caller gave up its call to '{call.Request.Tool}' in pool '{pool.Name}'.",
        Outcome = call.DispatchedAt > TimeSpan.Zero ? Outcome.MaybeRan : Outcome.NotStarted,
        Stage = call.DispatchedAt > TimeSpan.Zero ? CallStage.Worker : CallStage.Queue,
        Elapsed = Elapsed(call, now),
    };

    /// <summary>Its worker died between the decision and the dispatch.</summary>
    public Failure WorkerGone(Call call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.WorkerExited,
        Message = $"The worker chosen for tool '{call.Request.Tool}' in pool '{pool.Name}' on silo '{silo}' was gone before it got the call.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
        Elapsed = Elapsed(call, now),
    };

    /// <summary>A lost call's failure with how its worker ended.</summary>
    public Failure WithExit(Failure lost, WorkerExit exit)
    {
        var details = new Dictionary<string, string>(lost.Details) { ["exit"] = exit.Kind.ToString() };
        if (exit.ExitCode is { } code)
            details["exit_code"] = code.ToString(CultureInfo.InvariantCulture);
        if (exit.Signal is { } signal)
            details["signal"] = signal.ToString(CultureInfo.InvariantCulture);
        return lost with
        {
            Message = exit.Expected ? $"{lost.Message} When a silo stops, running calls may go on for {Duration.Format(drainTimeout)} (DrainTimeout)." : lost.Message,
            Details = details,
        };
    }

    /// <summary>What it did not keep to: its budget, or the shard's own limit for streams.</summary>
    private static string Limit(Call call) =>
        call.RunLimit != TimeSpan.MaxValue && call.Deadline == call.DispatchedAt + call.RunLimit
            ? $"{Rounded(call.RunLimit)} (GrpcWorkerStreamTimeout)"
            : Rounded(call.Request.Budget);

    private static string Rounded(TimeSpan span) =>
        Duration.Format(span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds)));

    private static string LastFailure(PoolScheduler scheduler) =>
        scheduler.LastFailure is { } failure ? $". The latest one: {failure.Split('\n')[0]}" : "";

    private static Failure NotStarted(SnakepitErrorCode code, string message, Call call, TimeSpan now, params (string Name, string Value)[] details) => new()
    {
        Code = code,
        Message = message,
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Queue,
        Elapsed = Elapsed(call, now),
        Details = details.ToDictionary(detail => detail.Name, detail => detail.Value),
    };

    private static StageTimes Elapsed(Call call, TimeSpan now) => call.DispatchedAt > TimeSpan.Zero
        ? new StageTimes { Queue = call.DispatchedAt - call.SubmittedAt, Python = now - call.DispatchedAt }
        : new StageTimes { Queue = now - call.SubmittedAt };
}
