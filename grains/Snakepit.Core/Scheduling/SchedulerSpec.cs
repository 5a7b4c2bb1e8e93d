using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scaling;

namespace Snakepit.Core.Scheduling;

/// <summary>What a shard's scheduler is asked to keep.</summary>
public sealed record SchedulerSpec
{
    /// <summary>Number of workers, unless the shard scales itself.</summary>
    public required int Size { get; init; }

    /// <summary>How it scales itself; null when it does not.</summary>
    public ScaleSpec? Scale { get; init; }

    /// <summary>Number of workers that a person gave it before it began; null for none.</summary>
    public int? GivenSize { get; init; }

    /// <summary>Calls that one worker takes at once; a ready one knows better.</summary>
    public int WorkerCapacity { get; init; } = 1;

    /// <summary>Calls that may wait.</summary>
    public int QueueLimit { get; init; } = 1000;

    /// <summary>Workers started together, and the pause before the next ones.</summary>
    public int StartBatchSize { get; init; } = 8;

    public TimeSpan StartBatchDelay { get; init; } = TimeSpan.FromMilliseconds(750);

    /// <summary>First pause after a worker died early or did not start; doubles up to <see cref="RestartBackoffLimit"/>.</summary>
    public TimeSpan RestartBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan RestartBackoffLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker that lived this long after it was ready is replaced at once when it dies.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker has to settle a cancelled call before its stacks are dumped.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long after the dump it is killed.</summary>
    public TimeSpan DumpGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>When workers are replaced.</summary>
    public RecycleSpec Recycle { get; init; } = new();

    /// <summary>Pause between two replacements, as a multiple of what a start takes.</summary>
    public double RecyclePause { get; init; }

    /// <summary>
    /// How long a replaced worker that finishes its calls still counts as a replacement; then others may begin beside it.
    /// </summary>
    public TimeSpan RecycleHold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a slot whose worker crashed gets no work, unless a fresh worker proves itself before; zero for no taint.</summary>
    public TimeSpan Taint { get; init; } = TimeSpan.Zero;

    /// <summary>Sessions whose worker is remembered.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>How long it is remembered after the session's latest call.</summary>
    public TimeSpan SessionTtl { get; init; } = TimeSpan.FromHours(1);

    public BreakerSpec Breaker { get; init; } = new();
}
