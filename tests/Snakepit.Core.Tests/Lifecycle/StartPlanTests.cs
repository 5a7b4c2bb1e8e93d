using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class StartPlanTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(750);

    [Fact]
    public void One_batch_starts_together()
    {
        var plan = new StartPlan(8, Delay);

        Assert.Equal(8, StartsAt(plan, TimeSpan.Zero));
    }

    [Fact]
    public void The_next_batch_starts_after_the_delay()
    {
        var plan = new StartPlan(8, Delay);
        StartsAt(plan, TimeSpan.Zero);

        var starts = new[] { StartsAt(plan, Delay - TimeSpan.FromTicks(1)), StartsAt(plan, Delay), StartsAt(plan, Delay) };

        Assert.Equal([0, 8, 0], starts);
    }

    [Fact]
    public void After_a_long_rest_it_is_still_one_batch()
    {
        var plan = new StartPlan(8, Delay);
        StartsAt(plan, TimeSpan.Zero);

        Assert.Equal(8, StartsAt(plan, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_single_start_does_not_hold_up_the_next_one()
    {
        var plan = new StartPlan(8, Delay);
        plan.TryStart(TimeSpan.Zero);

        Assert.True(plan.TryStart(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void Without_a_delay_nothing_is_held_up()
    {
        var plan = new StartPlan(1, TimeSpan.Zero);

        Assert.True(Enumerable.Range(0, 100).All(_ => plan.TryStart(TimeSpan.FromSeconds(5))));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_more_than_a_batch_starts_within_any_delay(int seed)
    {
        var random = new Random(seed);
        var batch = random.Next(1, 10);
        var plan = new StartPlan(batch, Delay);
        var starts = new List<TimeSpan>();
        var now = TimeSpan.Zero;
        for (var i = 0; i < 2000; i++)
        {
            now += random.NextDouble() * TimeSpan.FromMilliseconds(random.Next(2) == 0 ? 10 : 300);
            if (plan.TryStart(now))
                starts.Add(now);
        }

        var tooClose = Enumerable.Range(0, starts.Count - batch).Count(i => starts[i + batch] - starts[i] < Delay);

        Assert.True(tooClose == 0, $"Seed {seed}: {tooClose} of {starts.Count} starts follow {batch} others within less than {Delay}.");
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    private static int StartsAt(StartPlan plan, TimeSpan now)
    {
        var starts = 0;
        while (starts < 100 && plan.TryStart(now))
            starts++;
        return starts;
    }
}
