using Snakepit.Supervision;

namespace Snakepit.Core.Lifecycle;

/// <summary>What is known of a process that has ended.</summary>
public readonly record struct ExitFacts
{
    /// <summary>As the system reports it, 128 + signal for signals.</summary>
    public required int Code { get; init; }

    /// <summary>Why the silo asked it to leave; null when it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>Why the silo killed it; null when it did not.</summary>
    public string? KillReason { get; init; }

    /// <summary>
    /// The kernel has killed a process of this group for lack of memory since the worker started, and no other worker's end is explained by
    /// it.
    /// </summary>
    public bool MemoryRanOut { get; init; }

    /// <summary>Its last output shows an uncaught exception.</summary>
    public bool Traceback { get; init; }
}

/// <summary>Names the end of a process.</summary>
public static class ExitRule
{
    private const int AbortSignal = 6, BusError = 7, Kill = 9, Segmentation = 11, Terminate = 15;

    public static WorkerExitKind Classify(ExitFacts facts) => facts switch
    {
        { KillReason: not null } when !IsOwnCrash(facts.Code) => WorkerExitKind.KilledBySilo,
        { StopReason: not null } => WorkerExitKind.Requested,
        { Code: 0 } => WorkerExitKind.CleanExit,
        { Code: 128 + Segmentation or 128 + BusError } => WorkerExitKind.Segfault,
        { Code: 128 + AbortSignal } => WorkerExitKind.Abort,
        { Code: 128 + Kill, MemoryRanOut: true } => WorkerExitKind.OutOfMemory,
        { Code: 128 + Kill } => WorkerExitKind.Killed,
        { Code: > 128 and < 128 + 65 } => WorkerExitKind.Signal,
        { Code: 1, Traceback: true } => WorkerExitKind.Unhandled,
        _ => WorkerExitKind.ErrorExit,
    };

    /// <summary>The signal in an exit code; null when there is none.</summary>
    public static int? Signal(int code) => code is > 128 and < 128 + 65 ? code - 128 : null;

    /// <summary>What people read beside the exit code or signal; null where that says it all.</summary>
    public static string? Explain(ExitFacts facts) => facts switch
    {
        { KillReason: { } reason } when !IsOwnCrash(facts.Code) => $"because {reason}",
        { StopReason: { } reason } when Signal(facts.Code) is null or Terminate => $"asked to leave: {reason}",
        _ => Explain(Classify(facts with { StopReason = null })), // asked or not, a crash on the way out is one
    };

    /// <summary>Our kill came while it was dying already: C code does not end so by SIGKILL.</summary>
    private static bool IsOwnCrash(int code) => code is 128 + Segmentation or 128 + BusError or 128 + AbortSignal;

    private static string? Explain(WorkerExitKind kind) => kind switch
    {
        WorkerExitKind.Segfault => "a crash in C code",
        WorkerExitKind.Abort => "C code gave up",
        WorkerExitKind.OutOfMemory => "the kernel killed it for lack of memory",
        WorkerExitKind.Killed => "killed from outside, or by the kernel for lack of memory",
        WorkerExitKind.CleanExit => "it left although nobody had asked it to",
        WorkerExitKind.Unhandled => "an exception that nobody caught",
        WorkerExitKind.Requested or WorkerExitKind.KilledBySilo or WorkerExitKind.ErrorExit or WorkerExitKind.Signal => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown end of a process."),
    };

    /// <summary>Whether it counts as a crash: it ended by itself or from outside. What the silo killed had its own reason.</summary>
    public static bool IsCrash(WorkerExitKind kind) => kind is not (WorkerExitKind.Requested or WorkerExitKind.KilledBySilo);
}
