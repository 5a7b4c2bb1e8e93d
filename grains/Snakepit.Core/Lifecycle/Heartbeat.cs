namespace Snakepit.Core.Lifecycle;

/// <summary>How a worker's signs of life are asked for and what silence means.</summary>
public sealed record HeartbeatSpec
{
    public bool Enabled { get; init; } = true;

    /// <summary>From one answer to the next ping.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A ping that is not answered within this counts as missed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Missed pings in a row after which the worker is lost.</summary>
    public int MaxMissed { get; init; } = 3;

    /// <summary>From the worker's readiness to the first ping.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Silence that is worth a warning.</summary>
    public TimeSpan WarnAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A gap between two looks beyond which the host itself was away: well above the ticks that it takes, well below <see cref="Timeout"/>
    /// where that leaves room.
    /// </summary>
    public TimeSpan StallLimit => TimeSpan.FromTicks(Math.Clamp(Timeout.Ticks / 2, ShortestStall.Ticks, LongestStall.Ticks));

    private static readonly TimeSpan ShortestStall = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(1);
}

/// <summary>What the host can see of a worker without its help.</summary>
/// <param name="Stopped">The process is stopped (SIGSTOP, a debugger) and cannot do anything.</param>
/// <param name="CpuTime">Processor time it has used so far, all threads.</param>
/// <param name="BusyUntil">
/// The latest moment at which a call on it has to be done; <see cref="TimeSpan.MinValue"/> when it has none.
/// </param>
/// <param name="ProgressAt">When a tool on it last reported progress; null when none has.</param>
public readonly record struct WorkerSigns(bool Stopped, TimeSpan CpuTime, TimeSpan BusyUntil, TimeSpan? ProgressAt = null);

/// <summary>What is to be done about a worker's heart.</summary>
public enum HeartbeatStep
{
    Nothing,

    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Say that it has been silent for a while.</summary>
    Warn,

    /// <summary>It is lost: silent for too long without an excuse.</summary>
    Lose,
}

/// <summary>
/// Watches one worker by three signs of life: it answers, a tool on it reports progress, it works. What the host was not there to hear
/// does not count. One worker's owner calls it, one call at a time; moments are offsets on one monotonic clock.
/// <para>
/// Progress counts at its arrival as an answer does: pings that were missed before are forgotten, and the ping that is out is not missed.
/// </para>
/// <para>
/// Silence alone does not make a worker lost: C code may rightly hold Python's interpreter lock. A missed ping is excused while a
/// call on the worker still has time (its own limit deals with it), or, for a call without a limit, while the process
/// uses processor time. A stopped process has no excuse.
/// </para>
/// </summary>
public sealed class Heartbeat(HeartbeatSpec spec, TimeSpan readySince)
{
    private TimeSpan _pingAt = readySince + spec.InitialDelay;
    private TimeSpan? _sentAt;
    private TimeSpan _silentSince = readySince;
    private TimeSpan _cpuTime = TimeSpan.MinValue;
    private bool _warned;
    private bool _lost;

    /// <summary>Pings missed in a row, without an excuse.</summary>
    public int Missed { get; private set; }

    /// <summary>How long it has not answered.</summary>
    public TimeSpan Silence(TimeSpan now) => now - _silentSince;

    /// <param name="now">The present moment.</param>
    /// <param name="signs">Looks at the process; asked only when a ping has been without an answer for a while.</param>
    public HeartbeatStep Next(TimeSpan now, Func<WorkerSigns> signs)
    {
        if (_sentAt is not { } sentAt)
        {
            if (now < _pingAt)
                return HeartbeatStep.Nothing;
            _sentAt = now;
            return HeartbeatStep.Ping;
        }

        if (!_warned && Missed == 0 && now - sentAt >= spec.WarnAfter && now - sentAt < spec.Timeout
            && !(now - signs().ProgressAt < spec.WarnAfter))
        {
            _warned = true;
            return HeartbeatStep.Warn;
        }

        return now - sentAt >= spec.Timeout ? Judge(now, sentAt, signs()) : HeartbeatStep.Nothing;
    }

    /// <summary>It answered. True when it had been warned about, or counted as lost.</summary>
    public bool Answered(TimeSpan now)
    {
        var relieved = _warned || _lost;
        _sentAt = null;
        _pingAt = now + spec.Interval;
        _silentSince = now;
        _warned = _lost = false;
        Missed = 0;
        return relieved;
    }

    /// <summary>The host itself was away (stopped, paused, starved): what it did not hear meanwhile says nothing. It asks anew.</summary>
    public void HostStalled(TimeSpan now)
    {
        if (_sentAt is not null)
            _pingAt = now;
        _sentAt = null;
        _silentSince = now;
        Missed = 0;
    }

    private HeartbeatStep Judge(TimeSpan now, TimeSpan sentAt, WorkerSigns signs)
    {
        _sentAt = null;
        _pingAt = now + spec.Interval;
        var worked = signs.CpuTime > _cpuTime;
        _cpuTime = signs.CpuTime;
        if (signs.ProgressAt is { } progressAt && progressAt > _silentSince)
        {
            _silentSince = progressAt;
            Missed = 0;
            if (progressAt >= sentAt)
                return HeartbeatStep.Nothing;
        }

        if (!signs.Stopped && signs.BusyUntil > now && (signs.BusyUntil != TimeSpan.MaxValue || worked))
            return HeartbeatStep.Nothing;
        Missed++;
        if (Missed < spec.MaxMissed || _lost)
            return HeartbeatStep.Nothing;
        _lost = true;
        return HeartbeatStep.Lose;
    }
}
