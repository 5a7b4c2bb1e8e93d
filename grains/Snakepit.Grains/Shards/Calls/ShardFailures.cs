using System.Globalization;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Streams;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Shards.Calls;

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
        RejectReason.NoRoom => NotStarted(
            SnakepitErrorCode.ShardBusy,
            $"No worker of pool '{pool.Name}' on silo '{silo}' is free, and another shard was said to have room.",
            call,
            now),
        RejectReason.None or RejectReason.TooLittleTimeLeft or _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a rejection."),
    };

    public Failure Expired(Call call, RejectReason reason, PoolScheduler scheduler, TimeSpan now)
    {
        if (reason == RejectReason.TooLittleTimeLeft)
            return TooLittleTimeLeft(call, now);
        var (what, knob) = call.IsStream
            ? ("stream", $"CheckoutTimeout is {Duration.Format(plan.CheckoutTimeout.Value)}")
            : ("call", $"PoolQueueTimeout is {Duration.Format(plan.QueueTimeout.Value)}");
        return NotStarted(
            SnakepitErrorCode.QueueTimeout,
            $"The {what} to '{call.Request.Tool}' waited {Rounded(now - call.SubmittedAt)} in the queue of pool '{pool.Name}' on silo '{silo}' and was not started: {scheduler.Queued} calls still wait for {pool.PoolSize} workers. {knob}, the {what}'s budget was {Rounded(call.Request.Budget)}.",
            call,
            now,
            ("depth", $"{scheduler.Queued}"));
    }

    private Failure TooLittleTimeLeft(Call call, TimeSpan now) => NotStarted(
        SnakepitErrorCode.QueueTimeout,
        $"The call to '{call.Request.Tool}' waited {Rounded(now - call.SubmittedAt)} for a worker of pool '{pool.Name}' on silo '{silo}' and was not started: {Rounded(call.Deadline - now)} of its budget of {Rounded(call.Request.Budget)} are left, and calls of this tool take up to {Rounded(call.UsualDuration)}. Grant more time, or add workers (PoolSize is {pool.PoolSize}).",
        call,
        now,
        ("usualMs", call.UsualDuration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)));

    /// <summary>A waiting call leaves for a shard that has room.</summary>
    public Failure Moved(Call call, string to, TimeSpan now) => NotStarted(
        SnakepitErrorCode.CallMoved,
        $"The call to '{call.Request.Tool}' waited {Rounded(now - call.SubmittedAt)} in the queue of pool '{pool.Name}' on silo '{silo}'; silo '{to}' has room.",
        call,
        now,
        (Failure.SiloDetail, to));

    /// <summary>What can be said against a request before anything of it is accepted; null for nothing.</summary>
    public Failure? Refusal(ToolRequest request, Incarnation own, long maxRequestBytes) =>
        request.Incarnation is { } meant && meant != own ? OtherRun(request)
        : request.PayloadBytes > maxRequestBytes ? TooLarge(request, maxRequestBytes)
        : null;

    /// <summary>The call was meant for an earlier or later run of this silo.</summary>
    private Failure OtherRun(ToolRequest request) => new()
    {
        Code = SnakepitErrorCode.SiloUnreachable,
        Message = $"The call to '{request.Tool}' was meant for another run of silo '{silo}', which has been restarted.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
    };

    private Failure TooLarge(ToolRequest request, long limit) => new()
    {
        Code = SnakepitErrorCode.RequestTooLarge,
        Message = $"The arguments of tool '{request.Tool}' have {request.PayloadBytes} bytes; Snakepit:MaxRequestBytes of silo '{silo}' is {limit}. Raise it or send less.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
    };

    public Failure NoBuffer(Call call, ByteBudget buffers) => new()
    {
        Code = SnakepitErrorCode.SiloBusy,
        Message = $"Silo '{silo}' has no room for the {call.Request.PayloadBytes} bytes of this call to '{call.Request.Tool}': it holds {buffers.Held} bytes of requests and results, MaxBufferedBytes is {buffers.Limit}. Try again later, raise it or add silos.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
    };

    /// <summary>A mistake of ours.</summary>
    public Failure Broken(Call call, Exception error, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.Unknown,
        Message = $"The call to '{call.Request.Tool}' in pool '{pool.Name}' on silo '{silo}' ended by a bug of Snakepit: {error.Message} The silo's log has more.",
        Outcome = call.DispatchedAt > TimeSpan.Zero ? Outcome.MaybeRan : Outcome.NotStarted,
        Stage = CallStage.Dispatch,
        Elapsed = Elapsed(call, now),
    };

    public Failure ReaderGone(Call call, StreamPace pace, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.StreamReaderTimeout,
        Message = $"The reader of the stream of '{call.Request.Tool}' in pool '{pool.Name}' on silo '{silo}' had {pace.Handed} items and did not ask for more within {Duration.Format(plan.StreamReaderTimeout.Value)} (StreamReaderTimeout), so the tool was stopped.",
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
    public Failure WrongQuestion(Call call, StreamPace pace, long have) => new()
    {
        Code = SnakepitErrorCode.StreamLost,
        Message = $"The reader of the stream of '{call.Request.Tool}' says that it has {have} items; it can only have {pace.Acknowledged} or {pace.Handed}.",
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
    private string Limit(Call call) =>
        call.RunLimit != TimeSpan.MaxValue && call.Deadline == call.DispatchedAt + call.RunLimit
            ? $"{Rounded(call.RunLimit)} (GrpcWorkerStreamTimeout)"
            : call.Request.OwnBudget && call.Request.Budget == plan.MaxRequestTimeout.Value
            ? $"{Rounded(call.Request.Budget)} (MaxRequestTimeout)"
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
