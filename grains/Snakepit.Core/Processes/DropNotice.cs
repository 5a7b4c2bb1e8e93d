namespace Snakepit.Core.Processes;

/// <summary>When to say that lines were left out: a while after the first one, so that many are one sentence. One owner.</summary>
public sealed class DropNotice
{
    /// <summary>Also the shortest time between two notices.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);

    private TimeSpan _first;
    private long _untold;

    public void Dropped(TimeSpan now)
    {
        if (_untold++ == 0)
            _first = now;
    }

    /// <summary>Until something is to be said; null when nothing is.</summary>
    public TimeSpan? DueIn(TimeSpan now) => _untold == 0 ? null
        : _first + Gathering > now ? _first + Gathering - now
        : TimeSpan.Zero;

    /// <summary>The number of lines to speak of now, 0 for none.</summary>
    public long TakeDue(TimeSpan now) => DueIn(now) == TimeSpan.Zero ? TakeRest() : 0;

    /// <summary>The same without waiting, for the end.</summary>
    public long TakeRest()
    {
        var untold = _untold;
        _untold = 0;
        return untold;
    }
}
