using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>The weather of a walk: what kind of pool, and how often what happens to it.</summary>
internal sealed record WalkProfile
{
    public int LargestPool { get; init; } = 6;

    public int LargestCapacity { get; init; } = 3;

    public int LongestQueue { get; init; } = 8;

    /// <summary>Out of 100 steps: how many submit, settle a call, cancel one.</summary>
    public int Submits { get; init; } = 35;

    public int Answers { get; init; } = 25;

    public int Cancels { get; init; } = 6;

    /// <summary>Out of 100 steps: how many end a process.</summary>
    public int Deaths { get; init; } = 4;

    /// <summary>Out of 100 steps: how many make a worker due for replacement, or clear it.</summary>
    public int Recycles { get; init; } = 4;

    /// <summary>Crashes that open the breaker; 0 for none.</summary>
    public int BreakerCrashes { get; init; }

    /// <summary>Out of 100 started processes: how many never become ready.</summary>
    public int FailedStarts { get; init; } = 20;

    /// <summary>Longest time that a call may take.</summary>
    public TimeSpan LongestBudget { get; init; } = TimeSpan.FromSeconds(2);

    public SchedulerSpec Spec(Random random) => new()
    {
        Size = random.Next(1, LargestPool + 1),
        QueueLimit = random.Next(LongestQueue + 1),
        StartBatchSize = random.Next(1, 5),
        StartBatchDelay = TimeSpan.FromMilliseconds(random.Next(4) * 250),
        RestartBackoff = TimeSpan.FromMilliseconds(random.Next(1, 200)),
        RestartBackoffLimit = TimeSpan.FromMilliseconds(random.Next(200, 3000)),
        StableAfter = TimeSpan.FromMilliseconds(random.Next(5000)),
        CancelGrace = TimeSpan.FromMilliseconds(random.Next(300)),
        DumpGrace = TimeSpan.FromMilliseconds(random.Next(300)),
        Recycle = new RecycleSpec
        {
            Requests = random.Next(2) == 0 ? long.MaxValue : random.Next(1, 30),
            MemoryBytes = random.Next(2) == 0 ? long.MaxValue : random.Next(100, 400),
            MemoryGrowth = random.Next(2) == 0 ? double.PositiveInfinity : 3,
        },
        MaxSessions = random.Next(1, 7),
        SessionTtl = TimeSpan.FromMilliseconds(random.Next(10_000)),
        Taint = TimeSpan.FromMilliseconds(random.Next(2) * random.Next(2000)),
        Breaker = new BreakerSpec
        {
            Crashes = BreakerCrashes,
            Window = TimeSpan.FromSeconds(random.Next(1, 30)),
            Pause = TimeSpan.FromMilliseconds(random.Next(100, 2000)),
            PauseLimit = TimeSpan.FromSeconds(10),
        },
    };
}
