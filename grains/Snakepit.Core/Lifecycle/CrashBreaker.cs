namespace Snakepit.Core.Lifecycle;

/// <summary>How many crashes are a storm, and what then.</summary>
public sealed record BreakerSpec
{
    /// <summary>Crashes within <see cref="Window"/> that open it; 0 switches it off.</summary>
    public int Crashes { get; init; } = 10;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Pause after it has opened; doubles with every failed probe up to <see cref="PauseLimit"/>.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan PauseLimit { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>
/// Keeps a pool whose workers crash again and again from spending the host on it. Closed: all is well. Open: no calls, no
/// starts. Half open: one call at a time, and its worker's fate decides.
/// </summary>
internal sealed class CrashBreaker(BreakerSpec spec, Func<double> jitter)
{
    private readonly Queue<TimeSpan> _crashes = new();
    private TimeSpan _until;
    private int _opened;

    public BreakerState State { get; private set; }

    /// <summary>What happened and how long it will last; null while closed.</summary>
    public string? Reason { get; private set; }

    /// <summary>A worker that was ready ended without being asked to.</summary>
    public void Crashed(string how, TimeSpan now)
    {
        if (spec.Crashes == 0)
            return;
        _crashes.Enqueue(now);
        while (now - _crashes.Peek() > spec.Window)
            _crashes.Dequeue();
        if (State == BreakerState.HalfOpen || (State == BreakerState.Closed && _crashes.Count >= spec.Crashes))
            Open(how, now);
    }

    /// <summary>A call came back from its worker, well or badly: the worker lives.</summary>
    public void Survived()
    {
        if (State == BreakerState.HalfOpen)
            Close();
    }

    /// <summary>True when the state has changed.</summary>
    public bool Tick(TimeSpan now)
    {
        var before = State;
        if (State == BreakerState.Open && now >= _until)
        {
            State = BreakerState.HalfOpen;
            _until = now + spec.Window;
        }
        else if (State == BreakerState.HalfOpen && now >= _until)
        {
            Close(); // workers have lived without a call for as long as it takes to call it a storm
        }

        return State != before;
    }

    private void Open(string how, TimeSpan now)
    {
        var pause = RestartBackoff.Delay(++_opened, spec.Pause, spec.PauseLimit, jitter());
        State = BreakerState.Open;
        _until = now + pause;
        var storm = _opened == 1
            ? $"{_crashes.Count} workers crashed within {spec.Window.TotalSeconds:0} s (CrashBarrier:BreakerCrashes is {spec.Crashes})"
            : "another worker crashed while one call at a time was let through";
        Reason = $"{storm}, so calls are refused for {pause.TotalSeconds:0.#} s (CrashBarrier:BreakerPause is "
            + $"{spec.Pause.TotalSeconds:0.#} s and doubles). The latest one: {how.Split('\n')[0]}";
    }

    private void Close()
    {
        State = BreakerState.Closed;
        Reason = null;
        _opened = 0;
        _crashes.Clear();
    }
}

internal enum BreakerState
{
    Closed,
    Open,
    HalfOpen,
}
