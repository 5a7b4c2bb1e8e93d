using Snakepit.Sessions;
using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// Which worker had the latest call of each session. A preference and no promise: a session whose worker takes no call at
/// the moment goes to another one, and is told so. A session is forgotten when no call of it has been here for too long;
/// when there are too many, the one that has been idle for longest is.
/// </summary>
public sealed class SessionTable
{
    private readonly int _limit;
    private readonly TimeSpan _ttl;
    private readonly Dictionary<string, LinkedListNode<Session>> _byId = [];
    private readonly LinkedList<Session> _longestIdleFirst = new();
    private long _stays;

    internal SessionTable(int limit, TimeSpan ttl)
    {
        _limit = limit;
        _ttl = ttl;
    }

    public int Count => _byId.Count;

    /// <summary>How many sessions a worker has, or had when it was replaced.</summary>
    public int On(SlotWorker worker) => worker.SessionsLeft + _longestIdleFirst.Count(session => session.Worker == worker);

    /// <summary>The sessions that were used last, the latest first.</summary>
    /// <param name="most">How many.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<SessionView> Latest(int most, TimeSpan now)
    {
        var views = new List<SessionView>(Math.Min(most, Count));
        for (var node = _longestIdleFirst.Last; node is not null && views.Count < most; node = node.Previous)
        {
            var session = node.Value;
            views.Add(new SessionView(session.Id, session.Worker, session.Calls, now - session.LastUsed));
        }

        return views;
    }

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
        if (!_byId.TryGetValue(ticket.Session!, out var node))
        {
            if (_byId.Count >= _limit && _longestIdleFirst.First is { } idlest)
                Forget(idlest);
            node = _longestIdleFirst.AddLast(new Session(ticket.Session!, free, ++_stays));
            _byId.Add(ticket.Session!, node);
        }
        else if (!node.Value.Worker.TakesWork)
        {
            Move(node.Value, free);
        }

        var session = node.Value;
        session.Calls++;
        Touch(node, now);
        (ticket.SessionEntry, ticket.SessionStay, ticket.SessionMoved) = (session, session.Stay, session.Moved);
        return session.Worker;
    }

    /// <summary>The call does not run any more.</summary>
    internal void Ended(Ticket ticket, bool succeeded, TimeSpan now)
    {
        if (ticket.SessionEntry is not { } session)
            return;
        session.Calls--;
        if (succeeded && session.Stay == ticket.SessionStay)
            session.Moved = SessionMove.None; // it has something on its worker from now on
        if (_byId.TryGetValue(session.Id, out var node) && node.Value == session)
            Touch(node, now);
    }

    internal void Tick(TimeSpan now)
    {
        for (var left = _byId.Count; left > 0 && _longestIdleFirst.First is { } idlest && now - idlest.Value.LastUsed >= _ttl; left--)
        {
            if (idlest.Value.Calls > 0)
                Touch(idlest, now);
            else
                Forget(idlest);
        }
    }

    private void Move(Session session, SlotWorker worker)
    {
        var before = session.Worker;
        if (before.Replaced)
            before.SessionsLeft++;
        // No call of the session has succeeded in this shard yet, so the tool still has to be told that the session is new here.
        session.Moved = session.Moved == SessionMove.New ? SessionMove.New : WhyNot(before);
        (session.Worker, session.Stay) = (worker, ++_stays);
    }

    private static SessionMove WhyNot(SlotWorker worker) => worker switch
    {
        { Replaced: true } => SessionMove.Recycled,
        { State: WorkerState.Vacant } => SessionMove.WorkerExited,
        _ => SessionMove.Busy,
    };

    private void Touch(LinkedListNode<Session> node, TimeSpan now)
    {
        node.Value.LastUsed = now;
        _longestIdleFirst.Remove(node);
        _longestIdleFirst.AddLast(node);
    }

    private void Forget(LinkedListNode<Session> node)
    {
        _longestIdleFirst.Remove(node);
        _byId.Remove(node.Value.Id);
    }
}

/// <summary>What people see of a session.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Worker">The worker that had its latest call.</param>
/// <param name="Calls">Calls of it that run now.</param>
/// <param name="Idle">Since a call of it last began or ended.</param>
public readonly record struct SessionView(string Id, SlotWorker Worker, int Calls, TimeSpan Idle);

/// <summary>What a shard knows of a session.</summary>
internal sealed class Session(string id, SlotWorker worker, long stay)
{
    public string Id { get; } = id;

    public SlotWorker Worker { get; set; } = worker;

    /// <summary>Counts the stays of all sessions on workers, so that no two of them are taken for each other.</summary>
    public long Stay { get; set; } = stay;

    /// <summary>Why it is there and not where it was before; none once a call has succeeded there.</summary>
    public SessionMove Moved { get; set; } = SessionMove.New;

    /// <summary>Calls of it that run now.</summary>
    public int Calls { get; set; }

    public TimeSpan LastUsed { get; set; }
}
