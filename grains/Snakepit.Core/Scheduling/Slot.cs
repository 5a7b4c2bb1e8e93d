using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// One place for a worker. Survives the processes that fill it, one generation after the other. Normally one process is
/// here; while it is being replaced in peace, there are two: first the successor starts, then the old one leaves.
/// </summary>
public sealed class Slot
{
    internal Slot(int index) => Index = index;

    public int Index { get; }

    /// <summary>Counts the processes started in this slot; 0 before the first.</summary>
    public int Generation { get; internal set; }

    /// <summary>
    /// The pool's size includes it. Otherwise it gets no new process, and the one that is here finishes its calls and leaves.
    /// </summary>
    public bool IsWanted { get; internal set; } = true;

    /// <summary>No process is here, and none comes.</summary>
    public bool IsGivenUp => !IsWanted && Current is null && Leaving is null;

    /// <summary>
    /// The process that has the place, from its start to its end or to its successor's readiness; null while the slot is vacant.
    /// </summary>
    public SlotWorker? Current { get; internal set; }

    /// <summary>A process that is being started to replace <see cref="Current"/>.</summary>
    public SlotWorker? Successor { get; internal set; }

    /// <summary>The process that <see cref="Current"/> has replaced, or that refused a call, and that finishes those it has.</summary>
    public SlotWorker? Leaving { get; internal set; }

    public WorkerState State => Current?.State ?? WorkerState.Vacant;

    /// <inheritdoc cref="SlotWorker.Load"/>
    public int Load => Current?.Load ?? 0;

    /// <inheritdoc cref="SlotWorker.Capacity"/>
    public int Capacity => Current?.Capacity ?? 0;

    /// <inheritdoc cref="SlotWorker.Served"/>
    public long Served => Current?.Served ?? 0;

    /// <summary>Why the previous generation ended or did not start; null after a peaceful end.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>The latest process that was started here has not become ready; <see cref="LastFailure"/> says why.</summary>
    public bool StartFailed { get; private set; }

    /// <summary>A worker crashed here lately: no work until the taint ends or a fresh worker has proved itself.</summary>
    public bool Tainted { get; internal set; }

    /// <summary>A process of the slot has become ready.</summary>
    internal void Started(SlotWorker worker, int capacity, TimeSpan now)
    {
        (worker.State, worker.Capacity, worker.ReadySince) = (WorkerState.Ready, capacity, now);
        StartFailed = false;
    }

    /// <summary>A process of the slot has ended.</summary>
    /// <param name="failure">Why; null after a peaceful end.</param>
    /// <param name="was">What it was doing.</param>
    internal void Ended(string? failure, WorkerState was) =>
        (LastFailure, StartFailed) = (failure, failure is not null && was == WorkerState.Starting);

    /// <summary>Whether two processes are here, or about to be.</summary>
    public bool IsRecycling => Successor is not null || Leaving is not null;

    /// <summary>Since when <see cref="Leaving"/> has been on its way.</summary>
    internal TimeSpan LeavingSince { get; set; }

    internal TimeSpan TaintedUntil { get; set; }

    /// <summary>Starts and early deaths in a row, which set the back-off.</summary>
    internal int Failures { get; set; }

    /// <summary>Successors that did not start, in a row.</summary>
    internal int FailedSuccessors { get; set; }

    /// <summary>Earliest moment of the next start.</summary>
    internal TimeSpan NotBefore { get; set; }

    /// <summary>The process of that generation; null when it is gone.</summary>
    public SlotWorker? Find(int generation) =>
        Current?.Generation == generation ? Current
        : Successor?.Generation == generation ? Successor
        : Leaving?.Generation == generation ? Leaving
        : null;

    /// <summary>A person's order: what has made starts fail may have been mended, so the next one need not wait.</summary>
    public void EndWait(TimeSpan now)
    {
        if (NotBefore > now)
            NotBefore = now;
    }
}
