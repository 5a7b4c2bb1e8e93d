using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>When a slot gets its next process. The jitter of 0.5 in these tests leaves every pause as it is.</summary>
public sealed class RestartTests
{
    private static readonly SchedulerSpec Spec = new()
    {
        Size = 2,
        RestartBackoff = TimeSpan.FromMilliseconds(100),
        RestartBackoffLimit = TimeSpan.FromMilliseconds(1000),
        StartBatchDelay = TimeSpan.Zero,
    };

    [Fact]
    public void A_dead_worker_is_replaced_at_once()
    {
        var pool = PoolUnderTest.Warm(Spec);

        var start = Assert.Single(pool.Exit(0));

        Assert.Equal(new Decision(DecisionKind.StartWorker, null, pool.Slot(0), Generation: 2), start);
    }

    [Fact]
    public void A_worker_that_was_asked_to_leave_is_replaced_at_once()
    {
        var pool = PoolUnderTest.Warm(Spec);

        var started = pool.Exit(0, failure: null).Started();

        Assert.Equal([0], started);
    }

    [Fact]
    public void A_persons_order_ends_the_wait_of_a_slot()
    {
        var pool = PoolUnderTest.Warm(Spec);
        pool.Exit(0);
        pool.Exit(0);
        Assert.Empty(pool.Tick().Started());

        pool.Slot(0).EndWait(pool.Now);

        Assert.Equal([0], pool.Tick().Started());
    }

    [Fact]
    public void The_first_early_death_is_replaced_at_once()
    {
        var pool = PoolUnderTest.Warm(Spec);
        pool.Exit(0);
        pool.Ready(0);

        var started = pool.Exit(0).Started();

        Assert.Equal([0], started);
    }

    [Fact]
    public void Early_deaths_in_a_row_double_the_pause_up_to_the_limit()
    {
        var pool = PoolUnderTest.Warm(Spec);

        var pauses = Enumerable.Range(0, 8).Select(_ => PauseAfter(pool, () => pool.Exit(0), andReady: true)).ToArray();

        // The first death is that of a stable worker, the second the first early one.
        Assert.Equal([0, 0, 100, 200, 400, 800, 1000, 1000], pauses);
    }

    [Fact]
    public void Failed_starts_pause_from_the_first_one()
    {
        var pool = PoolUnderTest.Warm(Spec);
        pool.Exit(0);

        var pauses = Enumerable.Range(0, 6).Select(_ => PauseAfter(pool, () => pool.Exit(0), andReady: false)).ToArray();

        Assert.Equal([100, 200, 400, 800, 1000, 1000], pauses);
    }

    [Theory]
    [InlineData(0.0, 80)]
    [InlineData(0.5, 100)]
    [InlineData(0.999999, 120)]
    public void Jitter_spreads_the_pause(double jitter, int milliseconds)
    {
        var pool = new PoolUnderTest(Spec, jitter);
        pool.Tick();
        pool.Ready(1);

        var pause = PauseAfter(pool, () => pool.Exit(0), andReady: false);

        Assert.Equal(milliseconds, pause);
    }

    [Fact]
    public void A_stable_worker_forgets_earlier_deaths()
    {
        var pool = PoolUnderTest.Warm(Spec);
        for (var i = 0; i < 5; i++)
            PauseAfter(pool, () => pool.Exit(0), andReady: true);
        pool.Now += Spec.StableAfter;
        pool.Exit(0);
        pool.Ready(0);

        var started = pool.Exit(0).Started();

        Assert.Equal([0], started);
    }

    [Fact]
    public void A_worker_just_short_of_stable_forgets_nothing()
    {
        var pool = PoolUnderTest.Warm(Spec);
        for (var i = 0; i < 3; i++)
            PauseAfter(pool, () => pool.Exit(0), andReady: true);
        pool.Now += Spec.StableAfter - TimeSpan.FromTicks(1);

        var started = pool.Exit(0).Started();

        Assert.Empty(started);
    }

    [Fact]
    public void A_peaceful_end_forgets_earlier_deaths()
    {
        var pool = PoolUnderTest.Warm(Spec);
        for (var i = 0; i < 3; i++)
            PauseAfter(pool, () => pool.Exit(0), andReady: true);
        pool.Exit(0, failure: null);
        pool.Ready(0);

        var started = pool.Exit(0).Started();

        Assert.Equal([0], started);
    }

    [Fact]
    public void A_worker_that_leaves_before_it_is_ready_waits_like_any_failed_start()
    {
        var pool = PoolUnderTest.Warm(Spec);
        pool.Exit(0);

        var started = pool.Exit(0, failure: null).Started();

        Assert.Empty(started);
    }

    [Fact]
    public void The_pause_of_one_slot_does_not_hold_up_another()
    {
        var pool = PoolUnderTest.Warm(Spec);
        pool.Exit(0);
        pool.Exit(0);

        var started = pool.Exit(1).Started();

        Assert.Equal([1], started);
    }

    [Fact]
    public void Many_deaths_at_once_are_replaced_in_batches()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 6, StartBatchSize = 4 }, capacity: 1);
        pool.TickAfter(TimeSpan.FromSeconds(1));
        for (var slot = 0; slot < 6; slot++)
            pool.Ready(slot);
        pool.Now += TimeSpan.FromHours(1);

        var started = Enumerable.Range(0, 6).SelectMany(slot => pool.Exit(slot)).Started();

        Assert.Equal([0, 1, 2, 3], started);
    }

    /// <summary>Milliseconds between a death and the start of the next process.</summary>
    private static int PauseAfter(PoolUnderTest pool, Func<Decision[]> death, bool andReady)
    {
        var decisions = death();
        var died = pool.Now;
        while (decisions.Started().Length == 0)
            decisions = pool.TickAfter(TimeSpan.FromMilliseconds(1));
        if (andReady)
            pool.Ready(decisions.Started()[0]);
        return (int)(pool.Now - died).TotalMilliseconds;
    }
}
