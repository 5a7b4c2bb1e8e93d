namespace Snakepit.Core.Scheduling;

/// <summary>Whether a waiting ticket may begin.</summary>
internal enum TicketHold
{
    /// <summary>It may, and its client does not know that it waits.</summary>
    None,

    /// <summary>It may not: its client knows that it has not begun, and that it does not begin without its word.</summary>
    Held,

    /// <summary>The same, and its client has been asked for its word.</summary>
    Called,

    /// <summary>The same, and the word has not come in time: others are called in its place.</summary>
    Unanswered,

    /// <summary>It may: its client has given its word.</summary>
    Released,
}

/// <summary>
/// The waiting calls that begin only on their client's word. When their silo dies, their clients know that they have not begun, and send
/// them elsewhere; without this every waiting call of a dead silo would be one that may have run. Pure, not thread-safe.
/// <para>
/// A call is held once it has waited for a moment. It is called up in its turn, early enough that its client's word comes before its worker
/// is free; where calls are so long that a word takes no time beside them, when a worker is free.
/// </para>
/// </summary>
/// <param name="tickets">All that wait.</param>
/// <param name="serviceTimes">How long calls take.</param>
/// <param name="decisions">Where its decisions go.</param>
internal sealed class HeldCalls(TicketList tickets, ServiceTimes serviceTimes, List<Decision> decisions)
{
    /// <summary>Calls that wait for less are not worth two more messages.</summary>
    public static readonly TimeSpan HoldAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a client may take for its word before another call is called up in its place.</summary>
    public static readonly TimeSpan WordLimit = TimeSpan.FromSeconds(1);

    /// <summary>Calls that are likely to begin within this time are not held, so that no worker waits for a word.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(100);

    private const int MostAhead = 256;

    private int _called;

    /// <summary>Tickets that may not begin.</summary>
    public int Count { get; private set; }

    /// <summary>Some wait that may begin.</summary>
    public bool LeavesSome => tickets.Count > Count;

    /// <summary>Time has passed: holds what has waited for long enough, and gives up on clients that do not answer.</summary>
    /// <param name="room">Calls that workers would take now, and those that they take at once.</param>
    /// <param name="now">The present moment.</param>
    public void Tick((int Free, int Capacity) room, TimeSpan now)
    {
        var ahead = PlacesAhead(room.Capacity);
        for (var ticket = tickets.First; ticket is not null && now - ticket.SubmittedAt >= HoldAfter; ticket = ticket.Next)
        {
            if (ticket.Hold == TicketHold.Called && now - ticket.CalledAt > WordLimit)
            {
                ticket.Hold = TicketHold.Unanswered;
                _called--;
            }
            else if (!IsHeld(ticket) && ahead-- <= 0 && ticket is { Hold: TicketHold.None, MayHold: true })
            {
                ticket.Hold = TicketHold.Held;
                Count++;
                decisions.Add(new Decision(DecisionKind.Hold, ticket, null));
            }
        }

        CallUp(room, now);
    }

    /// <summary>Calls up as many as may begin now or soon, those that have waited longest first.</summary>
    /// <inheritdoc cref="Tick"/>
    public void CallUp((int Free, int Capacity) room, TimeSpan now)
    {
        if (Count == 0)
            return;
        var wanted = room.Free + PlacesAhead(room.Capacity) - (tickets.Count - Count) - _called;
        for (var ticket = tickets.First; ticket is not null && wanted > 0; ticket = ticket.Next)
        {
            if (ticket.Hold != TicketHold.Held)
                continue;
            ticket.Hold = TicketHold.Called;
            ticket.CalledAt = now;
            _called++;
            wanted--;
            decisions.Add(new Decision(DecisionKind.CallUp, ticket, null));
        }
    }

    /// <summary>Its client has given its word, asked or not.</summary>
    public void Release(Ticket ticket)
    {
        Forget(ticket);
        ticket.Hold = TicketHold.Released;
    }

    /// <summary>The ticket leaves the queue.</summary>
    public void Forget(Ticket ticket)
    {
        if (!IsHeld(ticket))
            return;
        Count--;
        if (ticket.Hold == TicketHold.Called)
            _called--;
        ticket.Hold = TicketHold.None;
    }

    /// <summary>The ticket may not begin.</summary>
    public static bool IsHeld(Ticket ticket) => ticket.Hold is TicketHold.Held or TicketHold.Called or TicketHold.Unanswered;

    private int PlacesAhead(int capacity) =>
        tickets.First is { } first && serviceTimes.Expected(first.Kind) is var expected && expected > TimeSpan.Zero
            ? (int)Math.Min(MostAhead, capacity * (Ahead / expected))
            : 0;
}
