using Snakepit.Core.Scheduling;
using Snakepit.Sessions;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>The sessions' part of a scheduler's twin: who had the latest call of each, the longest idle one first.</summary>
internal sealed class WalkSessions(SchedulerSpec spec)
{
    private readonly List<WalkSession> _sessions = [];

    public int Count => _sessions.Count;

    /// <summary>Checks that the call of a session runs where it has to, and that it was told the truth.</summary>
    /// <returns>Whether it is the worker that had the session's latest call.</returns>
    public bool Dispatched(WalkTicket ticket, WalkWorker worker, TimeSpan now)
    {
        var session = _sessions.Find(session => session.Id == ticket.Session);
        var before = session?.Stay;
        Law.Holds(before is not { Worker.TakesWork: true } || worker == before.Worker);
        var stay = before?.Worker == worker ? before : new WalkStay(worker, before switch
        {
            null or { Moved: SessionMove.New } => SessionMove.New,
            { Worker.WasReplaced: true } => SessionMove.Recycled,
            { Worker.Life: Life.Gone } => SessionMove.WorkerExited,
            _ => SessionMove.Busy,
        });
        Law.Holds(ticket.SessionMoved == stay.Moved);
        if (session is null && _sessions.Count == spec.MaxSessions)
            _sessions.RemoveAt(0);
        session ??= new WalkSession(ticket.Session!);
        session.Stay = stay;
        session.Calls.Add(ticket);
        (ticket.InSession, ticket.Stay) = (session, stay);
        Touch(session, now);
        return stay == before;
    }

    public void Ended(WalkTicket ticket, bool succeeded, TimeSpan now)
    {
        if (ticket.InSession is not { } session)
            return;
        session.Calls.Remove(ticket);
        if (succeeded)
            ticket.Stay!.Moved = SessionMove.None;
        if (_sessions.Contains(session))
            Touch(session, now);
    }

    public void Forgotten(string session) => _sessions.RemoveAll(known => known.Id == session);

    public void Ticked(TimeSpan now)
    {
        foreach (var session in _sessions.FindAll(session => now - session.Used >= spec.SessionTtl))
        {
            if (session.Calls.Count > 0)
                Touch(session, now);
            else
                _sessions.Remove(session);
        }
    }

    private void Touch(WalkSession session, TimeSpan now)
    {
        session.Used = now;
        _sessions.Remove(session);
        _sessions.Add(session);
    }
}

internal sealed class WalkSession(string id)
{
    public string Id { get; } = id;

    public WalkStay? Stay { get; set; }

    public List<WalkTicket> Calls { get; } = [];

    public TimeSpan Used { get; set; }
}

/// <summary>A session's time on one worker.</summary>
internal sealed class WalkStay(WalkWorker worker, SessionMove moved)
{
    public WalkWorker Worker { get; } = worker;

    public SessionMove Moved { get; set; } = moved;
}
