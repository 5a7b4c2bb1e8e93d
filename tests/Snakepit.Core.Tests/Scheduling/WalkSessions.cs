using Snakepit.Core.Scheduling;
using Snakepit.Sessions;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>The sessions' part of a scheduler's twin: who had the latest call of each, the longest idle one first.</summary>
internal sealed class WalkSessions(SchedulerSpec spec)
{
    private readonly List<(string Id, WalkWorker Worker, TimeSpan Used)> _sessions = [];

    public int Count => _sessions.Count;

    /// <summary>Checks that the call of a session runs where it has to, and that it was told the truth.</summary>
    public void Dispatched(WalkTicket ticket, WalkWorker worker, TimeSpan now)
    {
        var known = _sessions.FindIndex(session => session.Id == ticket.Session);
        var before = known < 0 ? null : _sessions[known].Worker;
        Law.Holds(before is not { TakesWork: true } || worker == before);
        Law.Holds(ticket.SessionMoved == (before switch
        {
            null => SessionMove.New,
            _ when before == worker => SessionMove.None,
            { WasReplaced: true } => SessionMove.Recycled,
            { Life: Life.Gone } => SessionMove.WorkerExited,
            _ => SessionMove.Busy,
        }));
        if (known >= 0)
            _sessions.RemoveAt(known);
        else if (_sessions.Count == spec.MaxSessions)
            _sessions.RemoveAt(0);
        _sessions.Add((ticket.Session!, worker, now));
    }

    public void Ticked(TimeSpan now) => _sessions.RemoveAll(session => now - session.Used >= spec.SessionTtl);
}
