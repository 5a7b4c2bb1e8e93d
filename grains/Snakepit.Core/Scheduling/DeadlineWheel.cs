namespace Snakepit.Core.Scheduling;

/// <summary>
/// Finds the tickets whose time is up. A hashed wheel: adding and removing are constant, so an ended call costs nothing
/// later, which a heap with lazy deletion would (minutes of dead entries at thousands of calls per second).
/// Fires within one <see cref="Resolution"/> after the due moment, never before it.
/// </summary>
internal sealed class DeadlineWheel
{
    public const int Nowhere = -1;

    public static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(5);

    private const int Buckets = 1024;

    private readonly Ticket?[] _buckets = new Ticket?[Buckets];
    private long _reached;

    public int Count { get; private set; }

    public void Add(Ticket ticket, TimeSpan due)
    {
        if (due == TimeSpan.MaxValue)
            return;
        // A moment that has passed already goes into the next step, else it would wait for a whole turn of the wheel.
        var step = Math.Max(StepOf(due) + 1, _reached + 1);
        var bucket = (int)(step % Buckets);
        ticket.Due = due;
        ticket.WheelBucket = bucket;
        ticket.WheelPrevious = null;
        ticket.WheelNext = _buckets[bucket];
        if (ticket.WheelNext is not null)
            ticket.WheelNext.WheelPrevious = ticket;
        _buckets[bucket] = ticket;
        Count++;
    }

    public void Remove(Ticket ticket)
    {
        if (ticket.WheelBucket == Nowhere)
            return;
        if (ticket.WheelPrevious is null)
            _buckets[ticket.WheelBucket] = ticket.WheelNext;
        else
            ticket.WheelPrevious.WheelNext = ticket.WheelNext;
        if (ticket.WheelNext is not null)
            ticket.WheelNext.WheelPrevious = ticket.WheelPrevious;
        ticket.WheelNext = ticket.WheelPrevious = null;
        ticket.WheelBucket = Nowhere;
        Count--;
    }

    /// <summary>Takes out every ticket due by <paramref name="now"/> and appends it to <paramref name="due"/>.</summary>
    public void Advance(TimeSpan now, List<Ticket> due)
    {
        var target = StepOf(now);
        // After a long silence (host paused) one turn visits every bucket; more would visit them again.
        var first = Math.Max(_reached + 1, target - Buckets + 1);
        for (var step = first; step <= target; step++)
            Collect((int)(step % Buckets), now, due);
        _reached = Math.Max(_reached, target);
    }

    private void Collect(int bucket, TimeSpan now, List<Ticket> due)
    {
        for (var ticket = _buckets[bucket]; ticket is not null;)
        {
            var next = ticket.WheelNext;
            if (ticket.Due <= now)
            {
                Remove(ticket);
                due.Add(ticket);
            }

            ticket = next;
        }
    }

    private static long StepOf(TimeSpan moment) => moment.Ticks / Resolution.Ticks;
}
