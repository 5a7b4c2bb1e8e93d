using System.Globalization;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.Telemetry;

namespace Snakepit.Core.Failures;

/// <summary>
/// What a shard says when a call cannot have a result: what happened to whom, the number that mattered, the knob. Immutable, so
/// thread-safe.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="plan">Its time-outs.</param>
/// <param name="drainTimeout">How long running calls may go on when the silo stops.</param>
public sealed class ShardFailures(ShardId shard, TimeoutPlan plan, TimeSpan drainTimeout)
{
    private readonly string _pool = $"pool '{shard.Pool}' on silo '{shard.Silo}'";
    private readonly string _subject = $"Pool '{shard.Pool}' on silo '{shard.Silo}'";

    public Failure Rejected(RejectReason reason, CallFacts call, PoolScheduler scheduler, TimeSpan now) => reason switch
    {
        RejectReason.QueueFull => NotStarted(
            SnakepitErrorCode.QueueFull,
            $"{_subject} is full: {scheduler.Queued} calls waiting, MaxQueueSize is {scheduler.QueueLimit}. "
            + $"Raise it or add workers ({Workers(scheduler)}).",
            call,
            now,
            ("depth", $"{scheduler.Queued}"),
            ("limit", $"{scheduler.QueueLimit}")),
        RejectReason.PoolNotReady => NotStarted(
            SnakepitErrorCode.PoolNotReady,
            $"{_subject} is not ready: none of its {scheduler.Size} workers has started yet{LastFailure(scheduler)}. "
            + $"GrpcServerReadyTimeout is {Duration.Format(plan.ServerReadyTimeout.Value)}.",
            call,
            now),
        RejectReason.PoolFailed => NotStarted(
            SnakepitErrorCode.PoolFailed, $"{_subject} has failed, its workers do not start{LastFailure(scheduler)}.", call, now),
        RejectReason.PoolTripped => NotStarted(
            SnakepitErrorCode.PoolTripped,
            $"{_subject} takes no calls for the moment: {scheduler.LastFailure?.Split('\n')[0]}",
            call,
            now),
        RejectReason.PoolDraining => NotStarted(
            SnakepitErrorCode.PoolDraining, $"{_subject} is draining and takes no more calls.", call, now),
        RejectReason.DeadlinePassed => NotStarted(
            SnakepitErrorCode.DeadlineExceeded,
            $"The budget of this call to '{call.Tool}' was spent before {_pool} could start it.",
            call,
            now),
        RejectReason.NoRoom => NotStarted(
            SnakepitErrorCode.ShardBusy, $"No worker of {_pool} is free, and another shard was said to have room.", call, now),
        RejectReason.None or RejectReason.TooLittleTimeLeft or _ =>
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a rejection."),
    };

    public Failure Expired(CallFacts call, RejectReason reason, PoolScheduler scheduler, TimeSpan now)
    {
        if (reason == RejectReason.TooLittleTimeLeft)
            return TooLittleTimeLeft(call, scheduler, now);
        var (what, knob) = call.IsStream
            ? ("stream", $"CheckoutTimeout is {Duration.Format(plan.CheckoutTimeout.Value)}")
            : ("call", $"PoolQueueTimeout is {Duration.Format(plan.QueueTimeout.Value)}");
        if (scheduler.IsWaking)
            knob = "The pool slept (MinSize is 0), and its first worker has not been ready in time: grant more time, or set MinSize to 1";
        return NotStarted(
            SnakepitErrorCode.QueueTimeout,
            $"The {what} to '{call.Tool}' waited {Rounded(call.Waited(now))} in the queue of {_pool} and was not started: "
            + $"{scheduler.Queued} calls still wait for {scheduler.Size} workers"
            + $"{(scheduler.Ready.Workers > 0 ? "" : $", none of which is ready{LastFailure(scheduler)}")}. "
            + $"{knob}, the {what}'s budget was {Rounded(call.Request.Budget)}.",
            call,
            now,
            ("depth", $"{scheduler.Queued}"));
    }

    private Failure TooLittleTimeLeft(CallFacts call, PoolScheduler scheduler, TimeSpan now) => NotStarted(
        SnakepitErrorCode.QueueTimeout,
        $"The call to '{call.Tool}' waited {Rounded(call.Waited(now))} for a worker of {_pool} and was not started: "
        + $"{Rounded(call.Ticket.Deadline - now)} of its budget of {Rounded(call.Request.Budget)} are left, and calls of this tool "
        + "take up to "
        + $"{Rounded(call.Ticket.UsualDuration)}. Grant more time, or add workers ({Workers(scheduler)}).",
        call,
        now,
        ("usualMs", call.Ticket.UsualDuration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)));

    /// <summary>A waiting call leaves for a shard that has room.</summary>
    public Failure Moved(CallFacts call, string to, TimeSpan now) => NotStarted(
        SnakepitErrorCode.CallMoved,
        $"The call to '{call.Tool}' waited {Rounded(call.Waited(now))} in the queue of {_pool}; silo '{to}' has room.",
        call,
        now,
        (Failure.SiloDetail, to));

    /// <summary>A request that comes after its client had it run elsewhere. Its client does not wait for this answer.</summary>
    public Failure Withdrawn(ToolRequest request) => NotTaken(
        SnakepitErrorCode.SiloUnreachable,
        $"The call to '{request.Tool}' came to {_pool} after its client had taken it back, because the gateway that it came by was lost.");

    /// <summary>The client's word came for a call that the shard does not have any more.</summary>
    public Failure Forgotten() => new()
    {
        Code = SnakepitErrorCode.SiloUnreachable,
        Message = $"{_subject} was told to begin a call that it does not have any more.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Dispatch,
    };

    /// <summary>What can be said against a request before anything of it is accepted; null for nothing.</summary>
    public Failure? Refusal(ToolRequest request, Incarnation own, long maxRequestBytes) =>
        request.Incarnation is { } meant && meant != own ? OtherRun(request)
        : request.PayloadBytes > maxRequestBytes ? TooLarge(request, maxRequestBytes)
        : null;

    /// <summary>The call was meant for an earlier or later run of this silo.</summary>
    private Failure OtherRun(ToolRequest request) => NotTaken(
        SnakepitErrorCode.SiloUnreachable,
        $"The call to '{request.Tool}' was meant for another run of silo '{shard.Silo}', which has been restarted.");

    private Failure TooLarge(ToolRequest request, long limit) => NotTaken(
        SnakepitErrorCode.RequestTooLarge,
        $"The arguments of tool '{request.Tool}' have {request.PayloadBytes} bytes; Snakepit:MaxRequestBytes of silo '{shard.Silo}' is "
        + $"{limit}. "
        + "Raise it or send less.");

    public Failure NoBuffer(ToolRequest request, ByteBudget buffers) => NotTaken(
        SnakepitErrorCode.SiloBusy,
        $"Silo '{shard.Silo}' has no room for the {request.PayloadBytes} bytes of this call to '{request.Tool}': it holds "
        + $"{buffers.Held} bytes "
        + $"of requests and results, MaxBufferedBytes is {buffers.Limit}. Try again later, raise it or add silos.");

    /// <summary>A bug of this project has stopped the call.</summary>
    public Failure Broken(CallFacts call, Exception error, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.Unknown,
        Message = $"The call to '{call.Tool}' in {_pool} ended by a bug of Snakepit: {error.Message} The silo's log has more.",
        Outcome = call.WasDispatched ? Outcome.MaybeRan : Outcome.NotStarted,
        Stage = CallStage.Dispatch,
        Elapsed = call.Elapsed(now),
    };

    /// <summary>
    /// What an overdue call's caller gets when its worker settles in time: the same error, with what the worker could say.
    /// </summary>
    public ToolReply Overdue(ToolReply reply, CallFacts call, TimeSpan now)
    {
        var failure = Stopped(call, "", now) with
        {
            Outcome = reply.Failure?.Outcome ?? Outcome.Ran,
            Python = reply.Failure?.Python,
            Details = reply.Failure?.Details ?? new Dictionary<string, string>(),
        };
        return reply with { Value = null, Attachments = null, Failure = failure };
    }

    /// <summary>What its caller gets when its worker says nothing: native code does not hear that it is to stop.</summary>
    public Failure Overdue(CallFacts call, TimeSpan now) => Stopped(
        call,
        call.Ticket.Worker is { } worker
            ? " Its worker has not answered yet. When the tool does not stop, "
                + $"'snakepit logs {shard}#{worker.Slot.Index}.{worker.Generation}' shows its stack."
            : "",
        now);

    private Failure Stopped(CallFacts call, string where, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.ExecutionTimeout,
        Message = $"Tool '{call.Tool}' in {_pool} did not finish within {Limit(call)}; it is being stopped.{where}",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Worker,
        Elapsed = call.Elapsed(now),
    };

    public Failure Cancelled(CallFacts call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.Cancelled,
        Message = $"The caller gave up its call to '{call.Tool}' in pool '{shard.Pool}'.",
        Outcome = call.WasDispatched ? Outcome.MaybeRan : Outcome.NotStarted,
        Stage = call.WasDispatched ? CallStage.Worker : CallStage.Queue,
        Elapsed = call.Elapsed(now),
    };

    /// <summary>Its worker's link closed between the decision and the dispatch.</summary>
    public Failure WorkerLost(CallFacts call, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.WorkerExited,
        Message = $"The worker chosen for tool '{call.Tool}' in {_pool} was gone before it got the call.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
        Elapsed = call.Elapsed(now),
    };

    /// <summary>A lost call's failure with how its worker ended.</summary>
    /// <param name="lost">What the link says.</param>
    /// <param name="exit">How the process ended.</param>
    /// <param name="collateral">Another call on the worker did not stop, for which the silo killed it.</param>
    public Failure WithExit(Failure lost, WorkerExit exit, bool collateral)
    {
        var details = new Dictionary<string, string>(lost.Details) { ["exit"] = exit.Kind.ToString() };
        if (exit.ExitCode is { } code)
            details["exit_code"] = code.ToString(CultureInfo.InvariantCulture);
        if (exit.Signal is { } signal)
            details["signal"] = signal.ToString(CultureInfo.InvariantCulture);
        if (collateral && exit.Kind == WorkerExitKind.KilledBySilo)
        {
            details["reason"] = "collateral";
            lost = lost with { Message = $"{lost.Message} This call ran beside that one; an idempotent call is tried again." };
        }

        var advice = $" When a silo stops, running calls may go on for {Duration.Format(drainTimeout)} (DrainTimeout).";
        return lost with { Message = exit.Expected ? lost.Message + advice : lost.Message, Details = details };
    }

    /// <summary>The limit that a call did not keep: its budget, or the shard's own limit for streams.</summary>
    private string Limit(CallFacts call)
    {
        var ticket = call.Ticket;
        if (ticket.RunLimit != TimeSpan.MaxValue && ticket.Deadline == ticket.DispatchedAt + ticket.RunLimit)
            return $"{Rounded(ticket.RunLimit)} (GrpcWorkerStreamTimeout)";
        var budget = Rounded(call.Request.Budget);
        return call.Request.OwnBudget && call.Request.Budget == plan.MaxRequestTimeout.Value ? $"{budget} (MaxRequestTimeout)" : budget;
    }

    private static string Rounded(TimeSpan span) =>
        Duration.Format(span == Timeout.InfiniteTimeSpan ? span : TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds)));

    /// <summary>How many workers there are, and the knob.</summary>
    private static string Workers(PoolScheduler scheduler) => scheduler.Sizing is { Source: SizeSource.Auto, Spec: { } spec }
        ? $"it keeps {scheduler.Size} by its load, MaxSize is {spec.MaxSize}"
        : $"it keeps {scheduler.Size}: PoolSize, 'snakepit scale'";

    private static string LastFailure(PoolScheduler scheduler) =>
        scheduler.LastFailure is { } failure ? $". The latest one: {failure.Split('\n')[0]}" : "";

    /// <summary>The shard refuses the request itself, before it becomes a call.</summary>
    private static Failure NotTaken(SnakepitErrorCode code, string message) =>
        new() { Code = code, Message = message, Outcome = Outcome.NotStarted, Stage = CallStage.Dispatch };

    private static Failure NotStarted(
        SnakepitErrorCode code, string message, CallFacts call, TimeSpan now, params (string Name, string Value)[] details) => new()
        {
            Code = code,
            Message = message,
            Outcome = Outcome.NotStarted,
            Stage = CallStage.Queue,
            Elapsed = call.Elapsed(now),
            Details = details.ToDictionary(detail => detail.Name, detail => detail.Value),
        };
}
