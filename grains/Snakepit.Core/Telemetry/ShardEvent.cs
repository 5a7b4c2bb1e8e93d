using Snakepit.Errors;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.Telemetry;

namespace Snakepit.Core.Telemetry;

/// <summary>Something that has happened to a shard or to one of its workers.</summary>
/// <param name="Shard">The shard.</param>
public abstract record ShardEvent(ShardId Shard);

/// <summary>Something that has happened to a worker.</summary>
/// <param name="Worker">The worker.</param>
public abstract record WorkerEvent(WorkerId Worker) : ShardEvent(Worker.Slot.Shard);

/// <summary>The shard has asked for a process.</summary>
/// <param name="Worker">The worker.</param>
public sealed record WorkerStarted(WorkerId Worker) : WorkerEvent(Worker);

/// <summary>The worker takes calls from now on.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Pid">Number of its process.</param>
/// <param name="Took">From asking for the process to this moment.</param>
public sealed record WorkerReady(WorkerId Worker, int Pid, TimeSpan Took) : WorkerEvent(Worker)
{
    /// <summary>Names of the tools that it has announced.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Its adapter also takes names that are not among them.</summary>
    public bool TakesAnyName { get; init; }
}

/// <summary>The worker did not become ready, and nothing of it is left.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Reason">What went wrong, with Python's traceback when there is one.</param>
/// <param name="Took">From asking for the process to this moment.</param>
public sealed record WorkerStartFailed(WorkerId Worker, string Reason, TimeSpan Took) : WorkerEvent(Worker);

/// <summary>The worker has been replaced in peace, or its pool was scaled down. It has nothing left to do and is asked to leave.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Reason">Why.</param>
/// <param name="Age">Time since it was ready.</param>
/// <param name="Served">Calls that it has answered.</param>
/// <param name="MemoryBytes">Resident memory of it and its children at the latest look; 0 when there was none.</param>
public sealed record WorkerRecycled(WorkerId Worker, RecycleReason Reason, TimeSpan Age, long Served, long MemoryBytes)
    : WorkerEvent(Worker);

/// <summary>No more answers come from the worker.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Pid">Number of its process.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Expected">It was asked to leave. Otherwise it crashed, or the silo killed it.</param>
/// <param name="Description">One sentence for people.</param>
public sealed record WorkerExited(WorkerId Worker, int Pid, WorkerExitKind Kind, bool Expected, string Description)
    : WorkerEvent(Worker);

/// <summary>The worker has crashed, so its slot gets no calls for a while (<c>CrashBarrier:TaintDuration</c>).</summary>
/// <param name="Worker">The worker that crashed.</param>
public sealed record WorkerTainted(WorkerId Worker) : WorkerEvent(Worker);

/// <summary>The worker was asked for a sign of life.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="AnsweredAfter">How long its answer took; null when none came in time.</param>
public sealed record WorkerPinged(WorkerId Worker, TimeSpan? AnsweredAfter) : WorkerEvent(Worker);

/// <summary>The shard is in another state than before.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Before">Its state until now.</param>
/// <param name="Now">Its state from now on.</param>
/// <param name="Reason">Why it is not ready; null when it is, or when there is nothing to say.</param>
public sealed record PoolStateChanged(ShardId Shard, PoolState Before, PoolState Now, string? Reason) : ShardEvent(Shard);

/// <summary>A call or stream has its answer.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Tool">Name of its tool.</param>
/// <param name="Duration">From the moment the shard had it to its answer.</param>
/// <param name="Stages">Where that time went; the client's part is zero.</param>
public sealed record CallExecuted(ShardId Shard, string Tool, TimeSpan Duration, StageTimes Stages) : ShardEvent(Shard)
{
    /// <summary>The worker that had it; null when none did.</summary>
    public WorkerId? Worker { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Its items were read one by one.</summary>
    public bool IsStream { get; init; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Its session; null for none.</summary>
    public string? SessionId { get; init; }

    /// <summary>The caller's own name for what it belongs to; null for none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>W3C trace context of the caller; null when it does not trace.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>Code of an adapter has said <c>telemetry.emit(…)</c>, or a span of it (<c>telemetry.span</c>) has begun or ended.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Name">Name of the event; that of a span ends with <c>.start</c>, <c>.stop</c> or <c>.exception</c>.</param>
/// <param name="Measurements">Its numbers by name; the <c>duration</c> of a span is in nanoseconds.</param>
/// <param name="Attributes">Its texts by name.</param>
public sealed record PythonEmitted(
    WorkerId Worker,
    string Name,
    IReadOnlyDictionary<string, double> Measurements,
    IReadOnlyDictionary<string, string> Attributes) : WorkerEvent(Worker)
{
    /// <summary>Name of the measurement that says how long a span took, in nanoseconds.</summary>
    public const string DurationName = "duration";

    /// <summary>The correlation id of the call, or the one that the adapter has set; null for none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>W3C trace context of the call that was running; null when there was none, or it is not traced.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The span that ends with this event, without the ending of its name; null when the event ends none.</summary>
    public string? EndedSpan =>
        !Measurements.ContainsKey(DurationName) ? null
        : Name.EndsWith(".stop", StringComparison.Ordinal) ? Name[..^".stop".Length]
        : Failed ? Name[..^".exception".Length]
        : null;

    /// <summary>The event ends a span in which an exception was raised.</summary>
    public bool Failed => Name.EndsWith(".exception", StringComparison.Ordinal);
}
