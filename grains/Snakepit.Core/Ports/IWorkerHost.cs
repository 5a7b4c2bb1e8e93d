using Snakepit.Core.Processes;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Core.Ports;

/// <summary>Starts worker processes. Thread-safe.</summary>
public interface IWorkerHost
{
    /// <summary>Starts a process and waits until it takes work.</summary>
    /// <exception cref="WorkerStartException">It did not start, or not in time; nothing of it is left.</exception>
    Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken);

    /// <summary>Why this host may not be able to run so many workers, with the knob to turn; null when it can.</summary>
    string? Shortage(int workers);

    /// <summary>
    /// What a process of a slot has written, as far as this host holds it; also one that starts, or that has ended lately. Null when the
    /// host holds nothing of it.
    /// </summary>
    Task<OutputPage?> ReadOutputAsync(SlotId slot, OutputQuestion question) => Task.FromResult<OutputPage?>(null);

    /// <summary>Stops every worker and starts no more. Nothing is left when it ends. Idempotent.</summary>
    Task StopAllAsync();
}

/// <summary>A running Python worker. Thread-safe.</summary>
public interface IWorker
{
    WorkerFacts Facts { get; }

    /// <summary>
    /// Ends when no more answers come: when its process has exited, or before that when the worker has closed its link and its process
    /// still runs its last hooks. Calls that it had are answered then. Comes before <see cref="Released"/>. Never faults.
    /// </summary>
    Task<WorkerExit> LinkClosed { get; }

    /// <summary>Ends with the way its process ended, when the process, its descriptors and its link are gone. Never faults.</summary>
    Task<WorkerExit> Released { get; }

    /// <summary>
    /// Runs a tool. Never throws: whatever happens is in the reply. <paramref name="remaining"/> is the time Python has,
    /// infinite for no limit; the worker is told, enforcing it is the caller's part. <paramref name="progress"/> gets what the tool
    /// reports while it runs, one report at a time and on any thread; it must neither block nor throw. Null when the caller has not
    /// asked for it.
    /// </summary>
    ValueTask<ToolReply> ExecuteAsync(
        ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress = null);

    /// <summary>
    /// Runs a tool as a stream. Never throws: whatever happens is in its end. Time, cancelling and progress as in
    /// <see cref="ExecuteAsync"/>.
    /// </summary>
    IWorkerStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress = null);

    /// <summary>
    /// When a tool on it last reported progress or gave an item of a stream, as a timestamp of <see cref="TimeProvider"/>; 0 when never.
    /// </summary>
    long ProgressedAt { get; }

    /// <summary>Answers that came when no caller waited for them any more; they were dropped.</summary>
    long LateReplies { get; }

    /// <summary>What the process has written so far.</summary>
    OutputCounts Output { get; }

    /// <summary>Asks over the control stream whether the worker is there; false when it has not answered within the limit.</summary>
    Task<bool> PingAsync(TimeSpan limit);

    /// <summary>Looks at the process from outside, without its help; null where that cannot be done.</summary>
    /// <param name="fresh">Not before this moment; else what is seen may be up to a second old.</param>
    Task<ProcessView?> LookAsync(bool fresh = false);

    /// <summary>Ends with the adapter's reason when it asks for a fresh process in its place; never without that.</summary>
    Task<string> RecycleAsked { get; }

    /// <summary>Asks the worker to stop a request. The request's reply says when it has.</summary>
    void Cancel(ulong requestId, int attempt, StopReason reason);

    /// <summary>Makes the process write the stacks of all its threads to its log.</summary>
    void DumpStacks();

    /// <summary>
    /// The stacks of its threads and coroutines at this moment, for people; what runs goes on. Null when the process has not answered
    /// within the limit, because it is stopped for example, or cannot be asked.
    /// </summary>
    Task<string?> StacksAsync(TimeSpan limit);

    /// <summary>
    /// Samples of the stacks of all its threads over some time; what runs goes on. Never throws: why there are none is in the answer.
    /// </summary>
    Task<ProfileAnswer> ProfileAsync(TimeSpan duration) => Task.FromResult(new ProfileAnswer(null, "such a worker takes no profiles"));

    /// <summary>Graceful stop: drain, terminate, and kill after the grace time. Ends when the process is gone.</summary>
    /// <param name="grace">From the request to terminate until it is killed.</param>
    /// <param name="reason">What the sessions are told that end with it.</param>
    Task StopAsync(TimeSpan grace, string reason);

    /// <summary>Ends the process and its group now.</summary>
    void Kill(string reason);
}

/// <summary>A process as the system shows it.</summary>
/// <param name="Stopped">SIGSTOP or a debugger holds it.</param>
/// <param name="CpuTime">Processor time it has used, all threads.</param>
/// <param name="RssBytes">Resident memory of it and all its descendants.</param>
/// <param name="Processes">It and its living descendants.</param>
public sealed record ProcessView(bool Stopped, TimeSpan CpuTime, long RssBytes, int Processes);

/// <summary>Output of a worker, its prints and its log.</summary>
/// <param name="Lines">Lines it has written.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Dropped">Lines of them that were left out of the silo's log, because they were too many.</param>
public readonly record struct OutputCounts(long Lines, long Bytes, long Dropped);

/// <summary>Which lines of a worker's output are wanted.</summary>
/// <param name="Generation">Of which process; null for the latest of the slot.</param>
/// <param name="After">Number of the last line that the reader has; null for the last lines.</param>
/// <param name="Most">Lines of the answer.</param>
/// <param name="Wait">With <paramref name="After"/>: how long to wait for a line behind it.</param>
public sealed record OutputQuestion(int? Generation, long? After, int Most, TimeSpan Wait);

/// <summary>A profile, or why there is none.</summary>
/// <param name="Speedscope">UTF-8 JSON in the file format of speedscope; null when there is none.</param>
/// <param name="Refusal">Why, as the second half of a sentence; null when there is one.</param>
public sealed record ProfileAnswer(byte[]? Speedscope, string? Refusal);

/// <summary>Why a running request is stopped.</summary>
public enum StopReason
{
    /// <summary>Its caller wants no answer any more.</summary>
    CallerGone,

    /// <summary>Its time is up.</summary>
    Deadline,
}

/// <summary>What a worker said about itself when it became ready.</summary>
public sealed record WorkerFacts
{
    public required int Pid { get; init; }

    public required string PythonVersion { get; init; }

    public required string BridgeVersion { get; init; }

    public required ToolDescription[] Tools { get; init; }

    /// <summary>Its adapter also takes names that are not among them.</summary>
    public bool TakesAnyName { get; init; }

    /// <summary>Those of them that may run twice, as their author says.</summary>
    public IReadOnlyList<string> IdempotentTools { get; init; } = [];

    /// <summary>Requests it takes at once.</summary>
    public required int Capacity { get; init; }
}

/// <summary>What a process is started with.</summary>
public sealed record WorkerSpec
{
    public required WorkerId Worker { get; init; }

    /// <summary>Module, class or module-level functions the worker serves.</summary>
    public required string Adapter { get; init; }

    public IReadOnlyList<string> AdapterArgs { get; init; } = [];

    public IReadOnlyDictionary<string, string> AdapterEnv { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the silo's variables that it inherits; see <see cref="Inheritance"/>.</summary>
    public IReadOnlyList<string> InheritEnvironment { get; init; } = Inheritance.Default;

    /// <summary>Folders put in front of the module search path.</summary>
    public IReadOnlyList<string> PythonPath { get; init; } = [];

    /// <summary>Interpreter, or null for the silo's.</summary>
    public string? PythonExecutable { get; init; }

    /// <summary>Calls that it takes at once.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>Threads that run plain tools; 1 means that the main thread runs them. Asynchronous tools have one event loop.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>From asking for a process until it runs and has been given its settings.</summary>
    public TimeSpan StartupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From then until it serves.</summary>
    public TimeSpan ServerReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From then until its link is open.</summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public long MaxMessageBytes { get; init; }

    public string LogLevel { get; init; } = "info";

    /// <summary>
    /// Gets what its adapter emits, in the order in which it was emitted, on any thread; it must neither block nor throw. Null drops it.
    /// </summary>
    public Action<PythonEmitted>? Emitted { get; init; }
}

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">As the system reports it; null when unknown.</param>
/// <param name="Signal">The signal that ended it; null when it exited by itself.</param>
/// <param name="Expected">It was asked to leave.</param>
/// <param name="Description">One sentence for people.</param>
public sealed record WorkerExit(int? ExitCode, int? Signal, bool Expected, string Description)
{
    public WorkerExitKind Kind { get; init; } = Expected ? WorkerExitKind.Requested : WorkerExitKind.ErrorExit;

    /// <summary>The last lines of its output, with a dump of its stacks if there was one.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];
}

/// <summary>A worker did not become ready.</summary>
public sealed class WorkerStartException(string message, string? traceback = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Python's traceback, when Python had one.</summary>
    public string? Traceback { get; } = traceback;
}
