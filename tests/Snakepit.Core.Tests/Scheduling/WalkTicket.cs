using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>A ticket and what the model knows about it.</summary>
internal sealed class WalkTicket(int number) : Ticket
{
    public int Number { get; } = number;

    public TicketState Expected { get; set; }

    /// <summary>The deadline that it was submitted with; its time on a worker may end before.</summary>
    public TimeSpan Granted { get; init; }

    /// <summary>Where it runs; null when it does not.</summary>
    public WalkWorker? On { get; set; }

    /// <summary>Its session, as it was known when it was dispatched; null without one.</summary>
    public WalkSession? InSession { get; set; }

    /// <summary>Its session's time on that worker; null without a session.</summary>
    public WalkStay? Stay { get; set; }

    public bool Overdue { get; set; }

    public bool Cancelled { get; set; }

    /// <summary>How far its stop has come, and since when.</summary>
    public StopStep Step { get; set; }

    public TimeSpan StepSince { get; set; }

    public void Stepped(StopStep step, TimeSpan now) => (Step, StepSince) = (step, now);

    public bool Unsettled => Overdue || Cancelled;

    /// <summary>The end of its wait.</summary>
    public TimeSpan WaitsUntil => QueueUntil < Deadline ? QueueUntil : Deadline;
}

/// <summary>What the model knows about a slot.</summary>
internal sealed class WalkSlot(int index)
{
    public int Index { get; } = index;

    public int Generation { get; set; }

    public bool IsWanted { get; set; } = true;

    public WalkWorker? Current { get; set; }

    public WalkWorker? Successor { get; set; }

    public WalkWorker? Leaving { get; set; }

    /// <summary>End of its taint; null while it has none.</summary>
    public TimeSpan? TaintedUntil { get; set; }

    public WalkWorker[] Workers => [.. new[] { Current, Successor, Leaving }.OfType<WalkWorker>()];

    public bool IsReady => Current is { Life: Life.Ready };

    public TimeSpan LeavingSince { get; set; }

    public bool IsRecycling => Successor is not null || Leaving is not null;

    public bool TakesWork => Current is { TakesWork: true };
}

/// <summary>What the model knows about a process.</summary>
internal sealed class WalkWorker(WalkSlot slot, int generation)
{
    public WalkSlot Slot { get; } = slot;

    public int Generation { get; } = generation;

    public Life Life { get; set; } = Life.Starting;

    public int Capacity { get; set; }

    public int Served { get; set; }

    public long Bytes { get; set; }

    public long Baseline { get; set; }

    /// <summary>It is to be replaced.</summary>
    public bool Due { get; set; }

    public bool WasReplaced { get; set; }

    /// <summary>It leaves by itself; no rule of ours could have made it wait.</summary>
    public bool HasRefused { get; set; }

    public List<WalkTicket> Calls { get; } = [];

    public bool TakesWork =>
        Life == Life.Ready && !HasRefused && Slot.TaintedUntil is null && Calls.Count < Capacity && !Calls.Exists(call => call.Unsettled);
}

internal enum Life
{
    Starting,
    Ready,
    Draining,
    Stopping,
    Gone,
}
