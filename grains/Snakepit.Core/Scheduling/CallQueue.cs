namespace Snakepit.Core.Scheduling;

/// <summary>The calls that wait for a worker, first come, first served. Each has the end of its wait on the wheel.</summary>
internal sealed class CallQueue
{
    private readonly TicketLedger _ledger;
    private readonly ServiceTimes _serviceTimes;
    private readonly List<Decision> _decisions;
    private readonly TicketList _tickets;
    private readonly List<Ticket> _abandoned = [];

    public CallQueue(TicketLedger ledger, ServiceTimes serviceTimes, List<Decision> decisions)
    {
        (_ledger, _serviceTimes, _decisions, _tickets) = (ledger, serviceTimes, decisions, new TicketList());
        Held = new HeldCalls(_tickets, serviceTimes, decisions);
    }

    public int Count => _tickets.Count;

    /// <summary>Those of them that begin only on their client's word.</summary>
    public HeldCalls Held { get; }

    /// <summary>The one that has waited longest; null when none waits.</summary>
    public Ticket? First => _tickets.First;

    /// <param name="ticket">The call.</param>
    /// <param name="mayWaitToTheEnd">Its wait ends with its time: it waits for the start of a worker, not for other calls.</param>
    public void Append(Ticket ticket, bool mayWaitToTheEnd)
    {
        if (mayWaitToTheEnd)
            ticket.WaitToTheEnd();
        _ledger.Wait(ticket);
        _tickets.Append(ticket);
        Held.Enter(ticket);
    }

    /// <summary>
    /// Takes the first call that may begin and can end in time; null when none waits. A call that cannot is ended here: it would only take
    /// the worker from a call that can. The caller starts what it takes.
    /// </summary>
    public Ticket? Take(TimeSpan now)
    {
        for (var ticket = _tickets.First; ticket is not null && Held.LeavesSome;)
        {
            var next = ticket.Next;
            if (HeldCalls.IsHeld(ticket))
            {
                ticket = next;
                continue;
            }

            if (ticket.Deadline != TimeSpan.MaxValue
                && _serviceTimes.Expected(ticket.Kind) is var expected && ticket.Deadline - now <= expected)
            {
                ticket.UsualDuration = expected;
                Expire(ticket, RejectReason.TooLittleTimeLeft);
                ticket = next;
                continue;
            }

            Remove(ticket);
            return ticket;
        }

        return null;
    }

    public void Cancel(Ticket ticket) => End(ticket, TicketEnd.Cancelled);

    public void Expire(Ticket ticket, RejectReason reason = RejectReason.None)
    {
        End(ticket, TicketEnd.TimedOutInQueue);
        _decisions.Add(new Decision(DecisionKind.Expire, ticket, null, Reason: reason));
    }

    /// <summary>Time has passed: see <see cref="HeldCalls.Tick"/>. Calls whose clients are gone end here.</summary>
    public void Tick((int Free, int Capacity) room, TimeSpan now)
    {
        _abandoned.Clear();
        Held.Tick(room, now, _abandoned);
        foreach (var ticket in _abandoned)
            Expire(ticket);
    }

    /// <summary>Lets up to <paramref name="places"/> tickets go to other shards, those that have waited longest first.</summary>
    public void Move(int places)
    {
        for (var ticket = _tickets.First; ticket is not null && places > 0;)
        {
            var next = ticket.Next;
            if (ticket.MayMove)
            {
                End(ticket, TicketEnd.Moved);
                _decisions.Add(new Decision(DecisionKind.Move, ticket, null));
                places--;
            }

            ticket = next;
        }
    }

    /// <summary>Ends every waiting call, because the pool serves none of them.</summary>
    public void RejectAll(RejectReason reason)
    {
        while (_tickets.First is { } ticket)
        {
            End(ticket, TicketEnd.Failed);
            _decisions.Add(new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
        }
    }

    private void Remove(Ticket ticket)
    {
        Held.Leave(ticket);
        _tickets.Remove(ticket);
    }

    private void End(Ticket ticket, TicketEnd end)
    {
        Remove(ticket);
        _ledger.EndWaiting(ticket, end);
    }
}
