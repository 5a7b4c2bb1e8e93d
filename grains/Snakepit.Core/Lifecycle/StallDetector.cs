namespace Snakepit.Core.Lifecycle;

/// <summary>
/// Sees when this process itself was away (a paused machine, SIGSTOP, a starved thread pool), by the gap between two of
/// its own ticks: what is not heard during such a gap is not the other side's silence.
/// </summary>
public sealed class StallDetector(TimeSpan longest)
{
    private TimeSpan _last = TimeSpan.MaxValue;

    /// <summary>Returns the gap when it was longer than ticks ever are, else null.</summary>
    public TimeSpan? Tick(TimeSpan now)
    {
        var gap = now - _last;
        _last = now;
        return gap > longest ? gap : null;
    }
}
