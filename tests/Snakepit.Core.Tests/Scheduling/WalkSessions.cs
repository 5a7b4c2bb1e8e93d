using Snakepit.Core.Scheduling;
using Snakepit.Sessions;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>The sessions' part of a scheduler's twin: who had the latest call of each, the longest idle one first.</summary>
internal sealed class WalkSessions(SchedulerSpec spec)
{
    private readonly List<WalkStay> _stays = [];

    public int Count => _stays.Count;

    /// <summary>Checks that the call of a session runs where it has to, and that it was told the truth.</summary>
    /// <returns>Whether it is the worker that had the session's latest call.</returns>
    public bool Dispatched(WalkTicket ticket, WalkWorker worker, TimeSpan now)
    {
        var before = _stays.Find(stay => stay.Session == ticket.Session);
        Law.Holds(before is not { Worker.TakesWork: true } || worker == before.Worker);
        var stay = before?.Worker == worker ? before : new WalkStay(ticket.Session!, worker, before?.Worker switch
        {
            null => SessionMove.New,
            { WasReplaced: true } => SessionMove.Recycled,
            { Life: Life.Gone } => SessionMove.WorkerExited,
            _ => SessionMove.Busy,
        });
        Law.Holds(ticket.SessionMoved == stay.Moved);
        if (before is null && _stays.Count == spec.MaxSessions)
            _stays.RemoveAt(0);
        _stays.RemoveAll(other => other == before);
        _stays.Add(stay);
        stay.Used = now;
        ticket.Stay = stay;
        return stay == before;
    }

    public static void Completed(WalkTicket ticket, bool succeeded)
    {
        if (succeeded && ticket.Stay is { } stay)
            stay.Moved = SessionMove.None;
    }

    public void Forgotten(string session) => _stays.RemoveAll(stay => stay.Session == session);

    public void Ticked(TimeSpan now) => _stays.RemoveAll(stay => now - stay.Used >= spec.SessionTtl);
}

/// <summary>A session's time on one worker.</summary>
internal sealed class WalkStay(string session, WalkWorker worker, SessionMove moved)
{
    public string Session { get; } = session;

    public WalkWorker Worker { get; } = worker;

    public SessionMove Moved { get; set; } = moved;

    public TimeSpan Used { get; set; }
}
