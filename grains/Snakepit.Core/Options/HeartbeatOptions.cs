using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Options;

/// <summary>
/// The section <c>Heartbeat</c>, for the whole silo or for one pool; what a pool leaves out comes from the silo's. The guide's
/// presets: development 5s/30s/5, production 2s/10s/3, critical 1s/5s/2 (interval, time-out, missed).
/// </summary>
public sealed record HeartbeatOptions
{
    [Option("Whether workers are asked for signs of life.", Guide = "heartbeat.enabled", DefaultText = "true")]
    public bool? Enabled { get; set; }

    [Option(
        "From one answer to the next ping.",
        Guide = "heartbeat.ping_interval_ms", Min = 10, Max = 3_600_000, DefaultText = "2s", InMilliseconds = true)]
    public TimeSpan? PingInterval { get; set; }

    [Option(
        "A ping that is not answered within this counts as missed.",
        Guide = "heartbeat.timeout_ms", Min = 10, Max = 3_600_000, DefaultText = "10s", InMilliseconds = true)]
    public TimeSpan? Timeout { get; set; }

    [Option(
        "Missed pings in a row after which a worker counts as lost. A worker is excused while a call on it still has time, or works "
        + "without a limit.",
        Guide = "heartbeat.max_missed_heartbeats", Min = 1, Max = 1000, DefaultText = "3")]
    public int? MaxMissed { get; set; }

    [Option(
        "From a worker's readiness to its first ping.",
        Guide = "heartbeat.initial_delay_ms", Min = 0, Max = 3_600_000, DefaultText = "0s", InMilliseconds = true)]
    public TimeSpan? InitialDelay { get; set; }

    [Option("Whether a lost worker is killed and replaced; false: it is only logged.", Guide = "heartbeat.dependent", DefaultText = "true")]
    public bool? Dependent { get; set; }

    /// <summary>Whether a lost worker is killed, from the pool's options, the silo's, the default.</summary>
    public static bool IsDependent(HeartbeatOptions pool, HeartbeatOptions silo) => pool.Dependent ?? silo.Dependent ?? true;

    /// <summary>What holds for a pool: its own values, the silo's, the defaults.</summary>
    public static HeartbeatSpec Spec(HeartbeatOptions pool, HeartbeatOptions silo, TimeSpan warnAfter)
    {
        var defaults = new HeartbeatSpec();
        return new HeartbeatSpec
        {
            Enabled = pool.Enabled ?? silo.Enabled ?? defaults.Enabled,
            Interval = pool.PingInterval ?? silo.PingInterval ?? defaults.Interval,
            Timeout = pool.Timeout ?? silo.Timeout ?? defaults.Timeout,
            MaxMissed = pool.MaxMissed ?? silo.MaxMissed ?? defaults.MaxMissed,
            InitialDelay = pool.InitialDelay ?? silo.InitialDelay ?? defaults.InitialDelay,
            WarnAfter = warnAfter,
        };
    }
}
