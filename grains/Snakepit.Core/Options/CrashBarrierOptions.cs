using Snakepit.Core.Lifecycle;
using Snakepit.Pools;

namespace Snakepit.Core.Options;

/// <summary>The section <c>CrashBarrier</c>, for the whole silo or for one pool; what a pool leaves out comes from the silo's.</summary>
public sealed record CrashBarrierOptions
{
    [Option(
        "Whether crashes are dealt with at all: calls tried again, slots tainted, storms stopped.",
        Guide = "crash_barrier.enabled", DefaultText = "true")]
    public bool? Enabled { get; set; }

    [Option(
        "Which calls whose worker crashed are tried again on another: idempotent, always or never. A call is idempotent when its caller "
        + "says so, or its tool.",
        Guide = "crash_barrier.retry", DefaultText = "idempotent")]
    public CrashRetry? Retry { get; set; }

    [Option("How often one call is tried again.", Guide = "crash_barrier.max_retries", Min = 0, Max = 10, DefaultText = "1")]
    public int? MaxRetries { get; set; }

    [Option(
        "Pause before the first retry; doubles with each, and stays inside the call's budget.",
        Min = 0, Max = 60_000, DefaultText = "0s", InMilliseconds = true)]
    public TimeSpan? RetryBackoff { get; set; }

    [Option(
        "How long a slot whose worker crashed gets no work, unless a fresh worker has answered a ping before.",
        Guide = "crash_barrier.taint_ms", Min = 0, Max = 3_600_000, DefaultText = "5s", InMilliseconds = true)]
    public TimeSpan? Taint { get; set; }

    [Option(
        "Crashes within BreakerWindow that make the pool refuse calls for a while; 0: never.",
        Min = 0, Max = 1_000_000, DefaultText = "10")]
    public int? BreakerCrashes { get; set; }

    [Option("See BreakerCrashes.", Min = 100, Max = 86_400_000, DefaultText = "1m")]
    public TimeSpan? BreakerWindow { get; set; }

    [Option(
        "How long a pool refuses calls after a storm of crashes, before one is let through again; doubles with every failed try up to "
        + "5 minutes.",
        Min = 10, Max = 300_000, DefaultText = "10s", InMilliseconds = true)]
    public TimeSpan? BreakerPause { get; set; }

    /// <summary>What holds for a pool: its own values, the silo's, the defaults.</summary>
    public static CrashBarrierSpec Spec(CrashBarrierOptions pool, CrashBarrierOptions silo)
    {
        var breaker = new BreakerSpec();
        if (!(pool.Enabled ?? silo.Enabled ?? true))
            return new CrashBarrierSpec { Retry = RetryPolicy.None, Taint = TimeSpan.Zero, Breaker = breaker with { Crashes = 0 } };
        return new CrashBarrierSpec
        {
            Retry = new RetryPolicy(
                pool.Retry ?? silo.Retry ?? CrashRetry.Idempotent,
                pool.MaxRetries ?? silo.MaxRetries ?? 1,
                pool.RetryBackoff ?? silo.RetryBackoff ?? TimeSpan.Zero),
            Taint = pool.Taint ?? silo.Taint ?? TimeSpan.FromSeconds(5),
            Breaker = breaker with
            {
                Crashes = pool.BreakerCrashes ?? silo.BreakerCrashes ?? breaker.Crashes,
                Window = pool.BreakerWindow ?? silo.BreakerWindow ?? breaker.Window,
                Pause = pool.BreakerPause ?? silo.BreakerPause ?? breaker.Pause,
            },
        };
    }
}
