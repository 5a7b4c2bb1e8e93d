using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class CrashStormTests
{
    private static readonly BreakerSpec Breaker = new()
    {
        Crashes = 3,
        Window = TimeSpan.FromSeconds(30),
        Pause = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public void A_storm_of_crashes_stops_calls_and_says_why()
    {
        var pool = Storm(out _);

        var decision = Assert.Single(pool.Submit(new Ticket()));

        Assert.Equal(RejectReason.PoolTripped, decision.Reason);
        Assert.Equal(PoolState.Tripped, pool.State);
        Assert.StartsWith(
            "3 workers crashed within 30 s (CrashBarrier:BreakerCrashes is 3)", pool.Scheduler.LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_is_told_at_once()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, Breaker = Breaker with { Crashes = 1 } });
        pool.Call();
        var waiting = pool.Call();

        var decisions = pool.Exit(0);

        Assert.Equal(new Decision(DecisionKind.Reject, waiting, null, Reason: RejectReason.PoolTripped), decisions[0]);
    }

    [Fact]
    public void Crashes_that_are_spread_over_time_are_no_storm()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 2, Breaker = Breaker });

        for (var crash = 0; crash < 10; crash++)
        {
            pool.Exit(0);
            pool.Ready(0);
            pool.TickAfter(TimeSpan.FromSeconds(16));
            pool.Ready(0);
        }

        Assert.Equal(PoolState.Ready, pool.State);
    }

    [Fact]
    public void Nothing_starts_while_the_storm_is_waited_out()
    {
        var pool = Storm(out _);

        Assert.Empty(pool.TickAfter(TimeSpan.FromSeconds(7)).Started());
    }

    [Fact]
    public void Afterwards_one_call_is_let_through_and_its_return_ends_the_storm()
    {
        var pool = Storm(out _);
        pool.TickAfter(TimeSpan.FromSeconds(15));
        var probe = pool.Call();

        Assert.Equal(TicketState.Running, probe.State);
        Assert.Equal(RejectReason.PoolTripped, Assert.Single(pool.Submit(new Ticket())).Reason);
        pool.Complete(probe);

        Assert.Equal(PoolState.Ready, pool.State);
        Assert.Equal(TicketState.Running, pool.Call().State);
    }

    [Fact]
    public void A_probe_whose_worker_crashes_doubles_the_pause()
    {
        var pool = Storm(out var slot);
        pool.TickAfter(TimeSpan.FromSeconds(15));
        pool.Call();
        pool.Exit(slot);

        pool.TickAfter(TimeSpan.FromSeconds(15));

        Assert.Equal(RejectReason.PoolTripped, Assert.Single(pool.Submit(new Ticket())).Reason);
        pool.TickAfter(TimeSpan.FromSeconds(10));
        pool.Ready(0); // had been started before the storm was one
        Assert.Equal(TicketState.Running, pool.Call().State);
    }

    [Fact]
    public void Workers_that_live_on_without_calls_end_the_storm_too()
    {
        var pool = Storm(out _);
        pool.TickAfter(TimeSpan.FromSeconds(15));

        pool.TickAfter(Breaker.Window);

        Assert.Equal(PoolState.Ready, pool.State);
    }

    [Fact]
    public void A_breaker_of_zero_never_opens()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 50, StartBatchSize = 100, Breaker = new BreakerSpec { Crashes = 0 } });

        for (var slot = 0; slot < 49; slot++)
            pool.Exit(slot);

        Assert.Equal(PoolState.Ready, pool.State);
    }

    /// <summary>Three of four workers have crashed; the last one lives. Its slot is returned.</summary>
    private static PoolUnderTest Storm(out int living)
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 4, StartBatchSize = 4, Breaker = Breaker });
        for (var slot = 0; slot < 3; slot++)
            pool.Exit(slot);
        living = 3;
        return pool;
    }
}
