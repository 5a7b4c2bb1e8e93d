using Snakepit.Sessions;

namespace Snakepit.Core.Scheduling;

/// <summary>Where a ticket is; <see cref="TicketLedger"/> has the table of what may follow what.</summary>
public enum TicketState
{
    New,
    Queued,
    Running,
    Ended,
}

/// <summary>
/// One accepted request inside a shard. Only the scheduler changes it. The shard derives a class from it that knows the caller.
/// </summary>
public class Ticket
{
    private TimeSpan _deadline = TimeSpan.MaxValue;
    private TimeSpan _queueUntil = TimeSpan.MaxValue;

    /// <summary>Calls of one kind take about the same time; the tool's name. Empty: nothing is learnt from it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The moment after which it may not wait any longer. <see cref="TimeSpan.MaxValue"/>: no limit.</summary>
    public TimeSpan QueueUntil { get => _queueUntil; init => _queueUntil = value; }

    /// <summary>The shard has no worker yet, because it slept: the ticket may wait until its deadline.</summary>
    internal void WaitToTheEnd() => _queueUntil = TimeSpan.MaxValue;

    /// <summary>The moment at which Python has to be done. <see cref="TimeSpan.MaxValue"/>: no limit.</summary>
    public TimeSpan Deadline { get => _deadline; init => _deadline = value; }

    /// <summary>Longest time on a worker; brings the deadline forward at the dispatch. <see cref="TimeSpan.MaxValue"/>: no limit.</summary>
    public TimeSpan RunLimit { get; init; } = TimeSpan.MaxValue;

    /// <summary>
    /// The moment at which the caller is answered even if the worker has not settled; between the deadline and it the
    /// worker may still say where its code was. <see cref="TimeSpan.MaxValue"/>: the worker's end answers.
    /// </summary>
    public TimeSpan AnswerBy { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether it waits when no worker is free. Otherwise it is rejected with <see cref="RejectReason.NoRoom"/>.</summary>
    public bool MayWait { get; init; } = true;

    /// <summary>Whether it may leave the queue for another shard.</summary>
    public bool MayMove { get; init; }

    /// <summary>Whether its client can be asked for its word before it begins; see <see cref="HeldCalls"/>.</summary>
    public bool MayHold { get; init; }

    /// <summary>Whether it waits for its client's word.</summary>
    internal TicketHold Hold { get; set; }

    /// <summary>When its client was asked for its word.</summary>
    internal TimeSpan CalledAt { get; set; }

    /// <summary>When its client has asked how it stands with the held call; a client that asks no more is gone.</summary>
    public TimeSpan AskedAt { get; set; }

    /// <summary>The session it belongs to; null for none.</summary>
    public string? Session { get; init; }

    /// <summary>Why its session is not where it was before, unless a call has succeeded there since; known from the dispatch on.</summary>
    public SessionMove SessionMoved { get; internal set; }

    /// <summary>Its session; null before the dispatch and without one.</summary>
    internal Session? SessionEntry { get; set; }

    /// <summary>Which stay of the session on a worker it belongs to.</summary>
    internal long SessionStay { get; set; }

    public TicketState State { get; internal set; }

    /// <summary>The worker that has it, while running.</summary>
    public SlotWorker? Worker { get; internal set; }

    /// <summary>That worker's slot.</summary>
    public Slot? Slot => Worker?.Slot;

    public TimeSpan SubmittedAt { get; internal set; }

    public TimeSpan DispatchedAt { get; private set; }

    /// <summary>How far the effort to stop it has come; <see cref="StopStep.None"/> for a healthy call.</summary>
    public StopStep Stopping { get; internal set; }

    /// <summary>The caller gave up while it ran: it ends as cancelled whatever the worker answers.</summary>
    public bool CallerGone { get; internal set; }

    /// <summary>Its worker was killed because another call on it did not stop.</summary>
    public bool IsCollateral { get; internal set; }

    /// <summary>A decision has answered the caller already, or there is none.</summary>
    internal bool Answered { get; set; }

    /// <summary>It is on a worker from now on.</summary>
    internal void Dispatched(TimeSpan now)
    {
        DispatchedAt = now;
        if (RunLimit != TimeSpan.MaxValue && RunLimit < _deadline - now)
            _deadline = now + RunLimit;
    }

    /// <summary>How long calls of its kind take, when it was not begun because it has less time left than that.</summary>
    public TimeSpan UsualDuration { get; internal set; }

    internal TimeSpan StopBegan { get; set; }

    // Links of the one list the ticket is in: the queue or its slot's calls.
    internal Ticket? Next { get; set; }

    internal Ticket? Previous { get; set; }

    // Place in the deadline wheel.
    internal Ticket? WheelNext { get; set; }

    internal Ticket? WheelPrevious { get; set; }

    internal TimeSpan Due { get; set; }

    internal int WheelBucket { get; set; } = DeadlineWheel.Nowhere;
}

/// <summary>Escalation against code that does not end: each step follows when the one before had no effect within its grace.</summary>
public enum StopStep
{
    None,
    Cancelled,
    Dumped,
    Killed,
}
