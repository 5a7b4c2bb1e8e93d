using Snakepit.Sessions;
using Snakepit.Workers;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// Which worker had the latest call of each session. A preference and no promise: a session whose worker takes no call at
/// the moment goes to another one, and is told so. A session is forgotten when it has been idle for too long; when there
/// are too many, the one that has been idle for longest is.
/// </summary>
public sealed class SessionTable
{
    private readonly int _limit;
    private readonly TimeSpan _ttl;
    private readonly Dictionary<string, LinkedListNode<Session>> _byId = [];
    private readonly LinkedList<Session> _longestIdleFirst = new();

    internal SessionTable(int limit, TimeSpan ttl)
    {
        _limit = limit;
        _ttl = ttl;
    }

    public int Count => _byId.Count;

    /// <summary>How many had their latest call on that worker.</summary>
    public int On(SlotWorker worker) => _longestIdleFirst.Count(session => session.Worker == worker);

    /// <summary>
    /// Where a call of a session runs: on the worker that had the one before, if it takes a call now, else on
    /// <paramref name="free"/>. Tells the ticket why it is another one.
    /// </summary>
    internal SlotWorker Place(Ticket ticket, SlotWorker free, TimeSpan now)
    {
        var worker = free;
        if (_byId.TryGetValue(ticket.Session!, out var node))
        {
            var before = node.Value.Worker;
            worker = before.TakesWork ? before : free;
            ticket.SessionMoved = worker == before ? SessionMove.None : WhyNot(before);
            _longestIdleFirst.Remove(node);
        }
        else
        {
            if (_byId.Count >= _limit && _longestIdleFirst.First is { } idlest)
                Forget(idlest);
            ticket.SessionMoved = SessionMove.New;
            _byId[ticket.Session!] = node = new LinkedListNode<Session>(new Session(ticket.Session!, free));
        }

        node.Value.Worker = worker;
        node.Value.LastUsed = now;
        _longestIdleFirst.AddLast(node);
        return worker;
    }

    internal void Tick(TimeSpan now)
    {
        while (_longestIdleFirst.First is { } idlest && now - idlest.Value.LastUsed >= _ttl)
            Forget(idlest);
    }

    private static SessionMove WhyNot(SlotWorker worker) => worker switch
    {
        { Replaced: true } => SessionMove.Recycled,
        { State: WorkerState.Vacant } => SessionMove.WorkerExited,
        _ => SessionMove.Busy,
    };

    private void Forget(LinkedListNode<Session> node)
    {
        _longestIdleFirst.Remove(node);
        _byId.Remove(node.Value.Id);
    }

    private sealed class Session(string id, SlotWorker worker)
    {
        public string Id { get; } = id;

        public SlotWorker Worker { get; set; } = worker;

        public TimeSpan LastUsed { get; set; }
    }
}
