namespace Snakepit.Core.Scheduling;

/// <summary>
/// A doubly linked list through the tickets themselves: append, take, remove anywhere, all constant and without allocation.
/// </summary>
internal sealed class TicketList
{
    private Ticket? _last;

    public Ticket? First { get; private set; }

    public int Count { get; private set; }

    public void Append(Ticket ticket)
    {
        ticket.Previous = _last;
        ticket.Next = null;
        if (_last is null)
            First = ticket;
        else
            _last.Next = ticket;
        _last = ticket;
        Count++;
    }

    public void Remove(Ticket ticket)
    {
        if (ticket.Previous is null)
            First = ticket.Next;
        else
            ticket.Previous.Next = ticket.Next;

        if (ticket.Next is null)
            _last = ticket.Previous;
        else
            ticket.Next.Previous = ticket.Previous;

        ticket.Next = ticket.Previous = null;
        Count--;
    }
}
