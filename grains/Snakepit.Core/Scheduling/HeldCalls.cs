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
/// A call is held once it has waited for a moment, or at once behind others that are held: so no call overtakes another by being new. It is
/// called up in its turn, early enough that its client's word comes before its worker is free; where calls are so long that a word takes no
/// time beside them, when a worker is free.
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
    public static readonly TimeSpan WordLimit = TimeSpan.FromMilliseconds(200);

    /// <summary>A client asks for its call every ten seconds at least. One that has not for this time is gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Calls that are likely to begin within this time are not held, so that no worker waits for a word.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(100);

    private int _unheld;

    /// <summary>Tickets that may not begin.</summary>
    public int Count { get; private set; }

    /// <summary>Some wait that may begin.</summary>
    public bool LeavesSome => tickets.Count > Count;

    /// <summary>A ticket has come into the queue, at its end.</summary>
    public void Enter(Ticket ticket)
    {
        if (!ticket.MayHold)
            _unheld++;
        else if (Count > 0)
            Hold(ticket);
    }

    /// <summary>A ticket leaves the queue.</summary>
    public void Leave(Ticket ticket)
    {
        if (!ticket.MayHold)
            _unheld--;
        Let(ticket, TicketHold.None);
    }

    /// <summary>Its client has given its word, asked or not.</summary>
    public void Release(Ticket ticket) => Let(ticket, TicketHold.Released);

    /// <summary>
    /// Time has passed: holds what has waited for long enough, gives up on words that do not come, and calls up.
    /// </summary>
    /// <param name="room">Calls that workers would take now, and those that they take at once.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="abandoned">Gets the tickets whose clients are gone.</param>
    public void Tick((int Free, int Capacity) room, TimeSpan now, List<Ticket> abandoned)
    {
        var places = new Places(room.Free, Ahead * room.Capacity);
        for (var ticket = tickets.First; ticket is not null && now - ticket.SubmittedAt >= HoldAfter; ticket = ticket.Next)
        {
            if (ticket.Hold == TicketHold.Called && now - ticket.CalledAt > WordLimit)
                ticket.Hold = TicketHold.Unanswered;
            var hasPlace = ticket.Hold != TicketHold.Unanswered && places.TryTake(serviceTimes.Expected(ticket.Kind));
            if (!hasPlace && ticket is { Hold: TicketHold.None, MayHold: true })
                Hold(ticket);
            else if (IsHeld(ticket) && now - ticket.SubmittedAt > Patience && now - ticket.AskedAt > Patience)
                abandoned.Add(ticket);
        }

        CallUp(room, now);
    }

    /// <summary>
    /// Calls up as many as may begin now or soon, those that have waited longest first. While calls wait that cannot be held, the first
    /// one that can is called up in any case: else every free worker would go to one of them.
    /// </summary>
    /// <inheritdoc cref="Tick"/>
    public void CallUp((int Free, int Capacity) room, TimeSpan now)
    {
        if (Count == 0)
            return;
        var places = new Places(_unheld > 0 ? Math.Max(1, room.Free) : room.Free, Ahead * room.Capacity);
        for (var ticket = tickets.First; ticket is not null; ticket = ticket.Next)
        {
            if (ticket.Hold == TicketHold.Unanswered)
                continue;
            if (!places.TryTake(serviceTimes.Expected(ticket.Kind)))
                return;
            if (ticket.Hold != TicketHold.Held)
                continue;
            ticket.Hold = TicketHold.Called;
            ticket.CalledAt = now;
            decisions.Add(new Decision(DecisionKind.CallUp, ticket, null));
        }
    }

    /// <summary>The ticket may not begin.</summary>
    public static bool IsHeld(Ticket ticket) => ticket.Hold is TicketHold.Held or TicketHold.Called or TicketHold.Unanswered;

    private void Hold(Ticket ticket)
    {
        ticket.Hold = TicketHold.Held;
        Count++;
        decisions.Add(new Decision(DecisionKind.Hold, ticket, null));
    }

    private void Let(Ticket ticket, TicketHold hold)
    {
        if (IsHeld(ticket))
            Count--;
        ticket.Hold = hold;
    }

    /// <summary>Counts the places of the tickets that begin next: on workers that are free, and on workers that will be soon.</summary>
    private struct Places(int free, TimeSpan soon)
    {
        private int _free = free;
        private TimeSpan _soon = soon;

        /// <summary>Gives the next ticket in line a place. False when none is left; the tickets behind it get none either.</summary>
        public bool TryTake(TimeSpan expected)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }

            if (expected > TimeSpan.Zero && expected <= _soon)
            {
                _soon -= expected;
                return true;
            }

            _soon = TimeSpan.Zero;
            return false;
        }
    }
}
