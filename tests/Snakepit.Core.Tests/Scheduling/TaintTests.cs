using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class TaintTests
{
    private static readonly TimeSpan Taint = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_fresh_worker_in_a_tainted_slot_waits_until_it_has_proved_itself()
    {
        var pool = Crashed();
        pool.Ready(0);

        var ticket = pool.Call();
        Assert.Equal(TicketState.Queued, ticket.State);

        Assert.Equal([DecisionKind.Dispatch], pool.Prove(0).Kinds());
        Assert.False(pool.Slot(0).Tainted);
    }

    [Fact]
    public void A_taint_ends_by_itself()
    {
        var pool = Crashed();
        pool.Ready(0);
        var ticket = pool.Call();

        Assert.Empty(pool.TickAfter(Taint - TimeSpan.FromMilliseconds(1)));
        Assert.Equal([ticket], pool.TickAfter(TimeSpan.FromMilliseconds(1)).Tickets());
    }

    [Fact]
    public void The_others_serve_meanwhile()
    {
        var pool = Crashed(size: 2);
        pool.Ready(0);

        Assert.Equal(1, pool.Call().Slot!.Index);
        Assert.Equal(TicketState.Queued, pool.Call().State);
    }

    [Fact]
    public void What_the_silo_killed_itself_taints_nobody()
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = 1, Taint = Taint });

        pool.Scheduler.WorkerLinkClosed(0, 1, "killed over an overdue call", pool.Now, crashed: false);

        Assert.False(pool.Slot(0).Tainted);
        Assert.Equal(1, pool.Counters.WorkerDeaths);
    }

    [Fact]
    public void An_earlier_generations_proof_does_not_count()
    {
        var pool = Crashed();
        pool.Ready(0);

        pool.Scheduler.WorkerProved(0, generation: 1, pool.Now);

        Assert.True(pool.Slot(0).Tainted);
    }

    private static PoolUnderTest Crashed(int size = 1)
    {
        var pool = PoolUnderTest.Warm(new SchedulerSpec { Size = size, Taint = Taint, StartBatchSize = size });
        pool.Exit(0);
        pool.Tick();
        return pool;
    }
}
