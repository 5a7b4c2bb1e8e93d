using Snakepit.Core.Lifecycle;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>One process of a slot, in its generation. Only the scheduler changes it.</summary>
public sealed class SlotWorker
{
    internal SlotWorker(Slot slot, int generation, RecycleLimits limits)
    {
        Slot = slot;
        Generation = generation;
        Limits = limits;
    }

    public Slot Slot { get; }

    public int Generation { get; }

    public WorkerState State { get; internal set; } = WorkerState.Starting;

    /// <summary>Calls on it now.</summary>
    public int Load => Calls.Count;

    /// <summary>Calls it takes at once.</summary>
    public int Capacity { get; internal set; }

    /// <summary>Calls it has answered.</summary>
    public long Served { get; internal set; }

    public TimeSpan StartedAt { get; internal init; }

    public TimeSpan ReadySince { get; internal set; }

    /// <summary>When it is to be replaced.</summary>
    public RecycleLimits Limits { get; }

    /// <summary>What is left of its time, zero or less when it is over; <see cref="TimeSpan.MaxValue"/> without a limit.</summary>
    public TimeSpan AgeLeft(TimeSpan now) => Limits.Ttl == TimeSpan.MaxValue ? TimeSpan.MaxValue : ReadySince + Limits.Ttl - now;

    /// <summary>Why it is to be replaced; null while it may stay.</summary>
    public RecycleReason? RecycleDue { get; internal set; }

    /// <summary>It has refused a call, so it is leaving by itself and gets no more of them.</summary>
    internal bool HasStoppedServing { get; set; }

    internal TimeSpan DueSince { get; set; }

    /// <summary>A fresh one has taken its place, in peace.</summary>
    internal bool Replaced { get; set; }

    /// <summary>Sessions that have gone elsewhere since it was replaced.</summary>
    internal int SessionsLeft { get; set; }

    /// <summary>Resident memory when it was fresh, its children's included; 0 while unknown.</summary>
    public long BaselineBytes { get; internal set; }

    /// <summary>The same at the latest look.</summary>
    public long MemoryBytes { get; internal set; }

    /// <summary>The latest moment at which a call on it has to be done; <see cref="TimeSpan.MinValue"/> without calls.</summary>
    public TimeSpan BusyUntil
    {
        get
        {
            var latest = TimeSpan.MinValue;
            for (var call = Calls.First; call is not null; call = call.Next)
                latest = call.Deadline > latest ? call.Deadline : latest;
            return latest;
        }
    }

    /// <summary>Calls that were told to stop and have not yet; while there are any, nothing new is assigned.</summary>
    internal int Unsettled { get; set; }

    internal TicketList Calls { get; } = new();

    internal bool TakesWork => State == WorkerState.Ready && !HasStoppedServing && Unsettled == 0 && Load < Capacity && !Slot.Tainted;

    // Place in the load index.
    internal SlotWorker? Next { get; set; }

    internal SlotWorker? Previous { get; set; }

    internal int IndexedLoad { get; set; } = LoadIndex.Nowhere;
}
