namespace Snakepit.Core.Scheduling;

/// <summary>What the shard has to do now.</summary>
public enum DecisionKind
{
    /// <summary>Send the ticket to its slot's worker.</summary>
    Dispatch,

    /// <summary>Answer the ticket: it was not accepted, or the pool failed under it. It never ran.</summary>
    Reject,

    /// <summary>Answer the ticket: its time ran out in the queue. It never ran.</summary>
    Expire,

    /// <summary>Send the ticket back to its caller, who takes it to a shard that has room. It never ran.</summary>
    Move,

    /// <summary>Tell the ticket's client that it waits, has not begun, and begins only on the client's word.</summary>
    Hold,

    /// <summary>Ask the client of a held ticket for its word.</summary>
    CallUp,

    /// <summary>Tell the worker to stop the ticket, its time is up. It keeps its slot until the worker settles.</summary>
    Overdue,

    /// <summary>Answer the ticket: its time is up and the worker has not settled it in time to say more.</summary>
    GiveUp,

    /// <summary>Tell the worker to stop the ticket; its caller has given up.</summary>
    CancelRunning,

    /// <summary>Start a process for the slot.</summary>
    StartWorker,

    /// <summary>Ask the worker of that generation to leave in peace: it has been replaced and has nothing left to do.</summary>
    StopWorker,

    /// <summary>Ask the slot's worker for the stacks of all its threads.</summary>
    DumpStacks,

    /// <summary>Kill the slot's worker.</summary>
    KillWorker,
}

/// <summary>Why a ticket was rejected.</summary>
public enum RejectReason
{
    None,
    QueueFull,
    PoolNotReady,
    PoolFailed,
    PoolDraining,
    PoolTripped,
    DeadlinePassed,

    /// <summary>No worker is free, and the ticket may not wait.</summary>
    NoRoom,

    /// <summary>
    /// For <see cref="DecisionKind.Expire"/>: a worker is free, but calls of this kind take longer than the ticket has left.
    /// </summary>
    TooLittleTimeLeft,
}

/// <param name="Kind">What to do.</param>
/// <param name="Ticket">With whom; null for decisions about a worker.</param>
/// <param name="Slot">Where; null when the ticket has no worker.</param>
/// <param name="Generation">Of the slot, when the decision was made.</param>
/// <param name="Reason">For <see cref="DecisionKind.Reject"/> and <see cref="DecisionKind.Expire"/>.</param>
public readonly record struct Decision(
    DecisionKind Kind,
    Ticket? Ticket,
    Slot? Slot,
    int Generation = 0,
    RejectReason Reason = RejectReason.None);
