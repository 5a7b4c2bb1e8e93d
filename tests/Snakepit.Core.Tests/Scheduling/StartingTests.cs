using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class StartingTests
{
    [Fact]
    public void The_first_tick_starts_one_batch()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });

        var started = pool.Tick().Started();

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], started);
    }

    [Fact]
    public void The_next_batch_waits_for_the_delay()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });
        pool.Tick();

        var early = pool.TickAfter(TimeSpan.FromMilliseconds(749));

        Assert.Empty(early);
    }

    [Fact]
    public void The_next_batch_starts_when_the_delay_is_over()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });
        pool.Tick();

        var started = pool.TickAfter(TimeSpan.FromMilliseconds(750)).Started();

        Assert.Equal([8, 9, 10, 11, 12, 13, 14, 15], started);
    }

    [Fact]
    public void The_last_batch_is_what_is_left()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 20 });
        pool.Tick();
        pool.TickAfter(TimeSpan.FromMilliseconds(750));

        var started = pool.TickAfter(TimeSpan.FromMilliseconds(750)).Started();

        Assert.Equal([16, 17, 18, 19], started);
    }

    [Fact]
    public void A_full_pool_starts_nothing_more()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 3 });
        pool.Tick();

        var later = pool.TickAfter(TimeSpan.FromHours(1));

        Assert.Empty(later);
    }

    [Fact]
    public void A_start_names_the_generation_it_is_for()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });

        var start = Assert.Single(pool.Tick());

        Assert.Equal(1, start.Generation);
    }

    [Fact]
    public void A_started_worker_takes_no_work_before_it_is_ready()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 2 });
        pool.Tick();
        pool.Ready(0);
        pool.Call();

        var second = pool.Call();

        Assert.Equal(TicketState.Queued, second.State);
    }

    [Fact]
    public void The_pool_is_ready_with_its_first_worker()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 4 });
        pool.Tick();

        pool.Ready(2);

        Assert.Equal(PoolState.Ready, pool.State);
    }

    [Fact]
    public void A_ready_report_of_an_old_generation_is_ignored()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();
        pool.Exit(0);
        pool.TickAfter(TimeSpan.FromSeconds(1));

        pool.Scheduler.WorkerReady(0, generation: 1, capacity: 1, pool.Now);

        Assert.Equal(WorkerState.Starting, pool.Slot(0).State);
    }

    [Fact]
    public void A_ready_report_of_a_dead_worker_is_ignored()
    {
        var pool = new PoolUnderTest(new SchedulerSpec { Size = 1 });
        pool.Tick();
        pool.Exit(0);

        pool.Scheduler.WorkerReady(0, generation: 1, capacity: 1, pool.Now);

        Assert.Equal(WorkerState.Vacant, pool.Slot(0).State);
    }

    [Fact]
    public void A_second_ready_report_does_not_count_twice()
    {
        var pool = PoolUnderTest.Warm(1);
        pool.Ready(0);

        pool.Exit(0);

        Assert.Equal(PoolState.Degraded, pool.State);
    }
}
