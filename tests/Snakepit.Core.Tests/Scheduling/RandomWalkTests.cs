namespace Snakepit.Core.Tests.Scheduling;

/// <summary>Everything at once, in every order. A failure names its seed; run that seed alone to see it again.</summary>
[Trait("Speed", "Slow")]
public sealed class RandomWalkTests
{
    private const int Seeds = 60;
    private const int Steps = 3000;

    [Fact]
    public void A_pool_in_changing_weather_keeps_the_laws() => Walk(new WalkProfile());

    [Fact]
    public void A_crowded_pool_keeps_the_laws() =>
        Walk(new WalkProfile { Submits = 60, Answers = 15, Deaths = 1, LargestPool = 2, LongestQueue = 20 });

    [Fact]
    public void A_pool_of_dying_workers_keeps_the_laws() => Walk(new WalkProfile { Deaths = 20, FailedStarts = 80 });

    [Fact]
    public void A_pool_of_busy_workers_keeps_the_laws() =>
        Walk(new WalkProfile { LargestCapacity = 10, Submits = 50, Cancels = 12, Deaths = 1, LargestPool = 3 });

    [Fact]
    public void A_pool_of_hasty_callers_keeps_the_laws() =>
        Walk(new WalkProfile { LongestBudget = TimeSpan.FromMilliseconds(100), Cancels = 20, Answers = 10 });

    [Fact]
    public void A_pool_without_queue_keeps_the_laws() => Walk(new WalkProfile { LongestQueue = 0, LargestPool = 12 });

    [Fact]
    public void A_pool_of_ageing_workers_keeps_the_laws() =>
        Walk(new WalkProfile { Recycles = 20, LargestPool = 25, LargestCapacity = 4, Submits = 30, Deaths = 2, FailedStarts = 10 });

    [Fact]
    public void A_pool_in_storms_of_crashes_keeps_the_laws() => Walk(new WalkProfile { Deaths = 12, BreakerCrashes = 4 });

    private static void Walk(WalkProfile profile)
    {
        for (var seed = 1; seed <= Seeds; seed++)
            RandomWalk.Run(profile, seed, Steps);
    }
}
