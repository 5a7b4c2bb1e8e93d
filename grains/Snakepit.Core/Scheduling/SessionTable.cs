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
    private long _places;

    internal SessionTable(int limit, TimeSpan ttl)
    {
        _limit = limit;
        _ttl = ttl;
    }

    public int Count => _byId.Count;

    /// <summary>How many had their latest call on that worker.</summary>
    public int On(SlotWorker worker) => _longestIdleFirst.Count(session => session.Worker == worker);

    /// <summary>Nothing is known of the session any more: it has been elsewhere.</summary>
    public void Forget(string id)
    {
        if (_byId.TryGetValue(id, out var node))
            Forget(node);
    }

    /// <summary>
    /// Where a call of a session runs: on the worker that had the one before, if it takes a call now, else on
    /// <paramref name="free"/>. The ticket says why it is another one, until a call has succeeded there: one that failed may
    /// have failed before the tool could hear of it.
    /// </summary>
    internal SlotWorker Place(Ticket ticket, SlotWorker free, TimeSpan now)
    {
        if (_byId.TryGetValue(ticket.Session!, out var node))
        {
            _longestIdleFirst.Remove(node);
            if (!node.Value.Worker.TakesWork)
                Move(node.Value, free, WhyNot(node.Value.Worker));
        }
        else
        {
            if (_byId.Count >= _limit && _longestIdleFirst.First is { } idlest)
                Forget(idlest);
            _byId[ticket.Session!] = node = new LinkedListNode<Session>(new Session(ticket.Session!, free));
            Move(node.Value, free, SessionMove.New);
        }

        var session = node.Value;
        session.LastUsed = now;
        _longestIdleFirst.AddLast(node);
        (ticket.SessionMoved, ticket.SessionPlace) = (session.Moved, session.Place);
        return session.Worker;
    }

    /// <summary>The session has something on its worker from now on.</summary>
    internal void Succeeded(Ticket ticket)
    {
        if (ticket.Session is not null && _byId.TryGetValue(ticket.Session, out var node) && node.Value.Place == ticket.SessionPlace)
            node.Value.Moved = SessionMove.None;
    }

    internal void Tick(TimeSpan now)
    {
        while (_longestIdleFirst.First is { } idlest && now - idlest.Value.LastUsed >= _ttl)
            Forget(idlest);
    }

    private void Move(Session session, SlotWorker worker, SessionMove why) => (session.Worker, session.Moved, session.Place) = (worker, why, ++_places);

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

        /// <summary>Why it is there and not where it was before; none once a call has succeeded there.</summary>
        public SessionMove Moved { get; set; }

        /// <summary>Counts the moves of all sessions, so that no two stays on one worker are taken for each other.</summary>
        public long Place { get; set; }

        public TimeSpan LastUsed { get; set; }
    }
}
