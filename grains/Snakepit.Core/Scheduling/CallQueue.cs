namespace Snakepit.Core.Scheduling;

/// <summary>The calls that wait for a worker, first come, first served. Each has the end of its wait on the wheel.</summary>
internal sealed class CallQueue(TicketLedger ledger, ServiceTimes serviceTimes, List<Decision> decisions)
{
    private readonly TicketList _tickets = new();

    public int Count => _tickets.Count;

    /// <summary>The one that has waited longest; null when none waits.</summary>
    public Ticket? First => _tickets.First;

    /// <param name="ticket">The call.</param>
    /// <param name="mayWaitToTheEnd">Its wait ends with its time: it waits for the start of a worker, not for other calls.</param>
    public void Append(Ticket ticket, bool mayWaitToTheEnd)
    {
        if (mayWaitToTheEnd)
            ticket.WaitToTheEnd();
        ledger.Wait(ticket);
        _tickets.Append(ticket);
    }

    /// <summary>
    /// Takes the first call that can end in time; null when none waits. A call that cannot is ended here: it would only take the worker
    /// from a call that can. The caller starts what it takes.
    /// </summary>
    public Ticket? Take(TimeSpan now)
    {
        while (_tickets.First is { } ticket)
        {
            if (ticket.Deadline != TimeSpan.MaxValue
                && serviceTimes.Expected(ticket.Kind) is var expected && ticket.Deadline - now <= expected)
            {
                ticket.UsualDuration = expected;
                Expire(ticket, RejectReason.TooLittleTimeLeft);
                continue;
            }

            _tickets.Remove(ticket);
            return ticket;
        }

        return null;
    }

    public void Cancel(Ticket ticket) => End(ticket, TicketEnd.Cancelled);

    public void Expire(Ticket ticket, RejectReason reason = RejectReason.None)
    {
        End(ticket, TicketEnd.TimedOutInQueue);
        decisions.Add(new Decision(DecisionKind.Expire, ticket, null, Reason: reason));
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
                decisions.Add(new Decision(DecisionKind.Move, ticket, null));
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
            decisions.Add(new Decision(DecisionKind.Reject, ticket, null, Reason: reason));
        }
    }

    private void End(Ticket ticket, TicketEnd end)
    {
        _tickets.Remove(ticket);
        ledger.EndWaiting(ticket, end);
    }
}
