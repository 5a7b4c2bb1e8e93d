using Snakepit.Workers;

namespace Snakepit.Core.Scheduling;

/// <summary>One place for a worker. Survives the processes that fill it, one generation after the other.</summary>
public sealed class Slot
{
    internal Slot(int index) => Index = index;

    public int Index { get; }

    /// <summary>Counts the processes started in this slot; 0 before the first.</summary>
    public int Generation { get; internal set; }

    public WorkerState State { get; internal set; }

    /// <summary>Calls on the worker now.</summary>
    public int Load => Calls.Count;

    /// <summary>Calls the worker takes at once.</summary>
    public int Capacity { get; internal set; }

    /// <summary>Calls this generation has answered.</summary>
    public long Served { get; internal set; }

    public TimeSpan ReadySince { get; internal set; }

    /// <summary>Why the previous generation ended or did not start; null after a peaceful end.</summary>
    public string? LastFailure { get; internal set; }

    /// <summary>Starts and early deaths in a row, which set the back-off.</summary>
    internal int Failures { get; set; }

    /// <summary>Earliest moment of the next start.</summary>
    internal TimeSpan NotBefore { get; set; }

    /// <summary>Calls that were told to stop and have not yet; while there are any, nothing new is assigned.</summary>
    internal int Unsettled { get; set; }

    internal TicketList Calls { get; } = new();

    // Place in the load index.
    internal Slot? Next { get; set; }

    internal Slot? Previous { get; set; }

    internal int IndexedLoad { get; set; } = LoadIndex.Nowhere;

    internal bool TakesWork => State == WorkerState.Ready && Unsettled == 0 && Load < Capacity;
}
