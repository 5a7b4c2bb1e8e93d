using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>A scheduler with its clock in the test's hand. Decisions are copied, so they stay valid.</summary>
internal sealed class PoolUnderTest(SchedulerSpec spec, double jitter = 0.5)
{
    /// <summary>Any moment but zero, so that a forgotten default shows.</summary>
    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public PoolScheduler Scheduler { get; } = new(spec, () => jitter);

    public PoolState State => Scheduler.State;

    public ShardCounters Counters => Scheduler.Counters;

    /// <summary>A pool whose workers are all ready and have been for long.</summary>
    public static PoolUnderTest Warm(int size, int capacity = 1, int queueLimit = 1000) =>
        Warm(new SchedulerSpec { Size = size, QueueLimit = queueLimit, StartBatchSize = size }, capacity);

    public static PoolUnderTest Warm(SchedulerSpec spec, int capacity = 1)
    {
        var pool = new PoolUnderTest(spec);
        pool.Tick();
        for (var slot = 0; slot < spec.Size; slot++)
            pool.Ready(slot, capacity);
        pool.Now += TimeSpan.FromHours(1);
        return pool;
    }

    public Slot Slot(int index) => Scheduler.Slots[index];

    public Decision[] Submit(Ticket ticket) => Scheduler.Submit(ticket, Now).ToArray();

    /// <summary>Submits a call that may wait and run as long as it likes.</summary>
    public Ticket Call()
    {
        var ticket = new Ticket();
        Submit(ticket);
        return ticket;
    }

    /// <summary>Submits a call that has to be done in time.</summary>
    public Ticket Call(TimeSpan within)
    {
        var ticket = new Ticket { Deadline = Now + within };
        Submit(ticket);
        return ticket;
    }

    public Decision[] Complete(Ticket ticket, bool succeeded = true) => Scheduler.Complete(ticket, succeeded, Now).ToArray();

    public Decision[] Cancel(Ticket ticket) => Scheduler.Cancel(ticket, Now).ToArray();

    public Decision[] Ready(int slot, int capacity = 1) =>
        Scheduler.WorkerReady(slot, Slot(slot).Generation, capacity, Now).ToArray();

    /// <summary>The slot's present process dies; with null it left because it was asked to.</summary>
    public Decision[] Exit(int slot, string? failure = "killed") =>
        Scheduler.WorkerLinkClosed(slot, Slot(slot).Generation, failure, Now).ToArray();

    public Decision[] ExitOf(int slot, int generation, string? failure = "killed") =>
        Scheduler.WorkerLinkClosed(slot, generation, failure, Now).ToArray();

    /// <summary>Marks the slot's worker for replacement.</summary>
    public Decision[] Recycle(int slot) => Scheduler.Recycle(slot, Slot(slot).Current!.Generation, RecycleReason.Manual, Now).ToArray();

    /// <summary>The slot's worker refuses a call.</summary>
    public Decision[] Refuse(int slot) => Scheduler.WorkerStoppedServing(slot, Slot(slot).Current!.Generation, Now).ToArray();

    public Decision[] Prove(int slot) => Scheduler.WorkerProved(slot, Slot(slot).Generation, Now).ToArray();

    public Decision[] Measure(int slot, long bytes) => Scheduler.WorkerMeasured(slot, Slot(slot).Generation, bytes, Now).ToArray();

    public Decision[] Resize(int? size) => Scheduler.Resize(size, Now).ToArray();

    public Decision[] Resume() => Scheduler.Resume(Now).ToArray();

    public Decision[] Tick() => Scheduler.Tick(Now).ToArray();

    public Decision[] TickAfter(TimeSpan pause)
    {
        Now += pause;
        return Tick();
    }

    public Decision[] Drain() => Scheduler.Drain().ToArray();
}

internal static class DecisionWords
{
    public static DecisionKind[] Kinds(this IEnumerable<Decision> decisions) => [.. decisions.Select(decision => decision.Kind)];

    public static Ticket?[] Tickets(this IEnumerable<Decision> decisions) => [.. decisions.Select(decision => decision.Ticket)];

    /// <summary>Slots for which a process is to be started.</summary>
    public static int[] Started(this IEnumerable<Decision> decisions) =>
        [.. decisions.Where(decision => decision.Kind == DecisionKind.StartWorker).Select(decision => decision.Slot!.Index)];
}
