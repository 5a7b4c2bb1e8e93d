using Snakepit.Pools;

namespace Snakepit.Core.Scheduling;

/// <summary>How an accepted ticket ended.</summary>
internal enum TicketEnd
{
    Succeeded,
    Failed,
    TimedOutInQueue,
    Cancelled,

    /// <summary>It left the queue for another shard.</summary>
    Moved,
}

/// <summary>Counts calls so that accepted = succeeded + errors + cancelled + moved + queued + running at every moment.</summary>
internal sealed class CallBalance
{
    private long _succeeded;
    private long _errors;
    private long _cancelled;
    private long _queueTimeouts;
    private long _saturated;
    private long _refused;
    private long _moved;

    /// <summary>Tickets accepted so far.</summary>
    public long Requests { get; private set; }

    public int Running { get; private set; }

    public ShardCounters Counters => new()
    {
        Requests = Requests,
        Succeeded = _succeeded,
        Errors = _errors,
        Cancelled = _cancelled,
        QueueTimeouts = _queueTimeouts,
        PoolSaturated = _saturated,
        Refused = _refused,
        Moved = _moved,
    };

    public void Accepted() => Requests++;

    public void Rejected(RejectReason reason)
    {
        switch (reason)
        {
            case RejectReason.QueueFull:
                _saturated++;
                break;
            case RejectReason.NoRoom:
                break; // its caller only asked whether there is room
            default:
                _refused++;
                break;
        }
    }

    public void Started() => Running++;

    public void Ended(TicketEnd end)
    {
        Running--;
        EndedInQueue(end);
    }

    public void EndedInQueue(TicketEnd end)
    {
        switch (end)
        {
            case TicketEnd.Succeeded:
                _succeeded++;
                break;
            case TicketEnd.Failed:
                _errors++;
                break;
            case TicketEnd.TimedOutInQueue:
                _errors++;
                _queueTimeouts++;
                break;
            case TicketEnd.Cancelled:
                _cancelled++;
                break;
            case TicketEnd.Moved:
                _moved++;
                break;
            default:
                throw new InvalidOperationException($"Ticket with unknown end {end}.");
        }
    }
}
