using Microsoft.Extensions.Logging;
using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>
/// The processes behind a shard's slots: started, watched, told to leave. Tells the scheduler what happens to them. Runs in
/// the turns of the shard's activation.
/// </summary>
internal sealed class ShardWorkers(
    ShardId id,
    PoolOptions pool,
    SnakepitOptions options,
    IWorkerHost host,
    ShardClock clock,
    PoolScheduler scheduler,
    ShardTasks tasks,
    ILogger logger,
    IAgeWatch ages,
    Decided decided)
{
    private readonly Dictionary<(int Slot, int Generation), IWorker> _workers = [];
    private readonly WorkerSpecs _specs = new(id, pool, options, options.Plan(pool));
    private readonly HeartWatch _hearts = new(options, pool, clock, scheduler, tasks, logger, decided);
    private readonly TimeSpan _stopGrace = options.Plan(pool).GracefulShutdownTimeout.Value;
    private long _lateReplies;

    /// <summary>Answers of workers, living and gone, that nobody waited for.</summary>
    public long LateReplies => _lateReplies + _workers.Values.Sum(worker => worker.LateReplies);

    /// <summary>Tools of this pool that may run twice; empty until a worker has been ready.</summary>
    public IReadOnlyList<string> IdempotentTools { get; private set; } = [];

    /// <summary>Null when that process is gone, or not ready yet.</summary>
    public IWorker? Find(int slot, int generation) => _workers.GetValueOrDefault((slot, generation));

    public void Start(int slot, int generation) => tasks.Own(LiveAsync(slot, generation));

    /// <summary>A worker that has been replaced and has nothing left to do.</summary>
    public void Stop(Slot slot, int generation)
    {
        if (slot.Find(generation) is not { } old)
            return;
        PoolLog.Recycled(
            logger, Id(slot.Index, generation), $"{old.RecycleDue}", (clock.Now - old.ReadySince).TotalSeconds, old.Served, old.MemoryBytes >> 20, scheduler.Sessions.On(old), slot.Generation);
        _hearts.Forget(slot.Index, generation); // it may be silent while it leaves
        if (Find(slot.Index, generation) is { } worker)
            tasks.Own(worker.StopAsync(_stopGrace, $"recycled ({old.RecycleDue})"));
    }

    public void Tick() => _hearts.Tick();

    /// <summary>
    /// A worker is gone. Both the call that it had and its own end bring the news; the first one tells the scheduler.
    /// </summary>
    public void Left(int slot, int generation, WorkerExit exit)
    {
        _workers.Remove((slot, generation));
        _hearts.Forget(slot, generation);
        decided(scheduler.WorkerExited(slot, generation, exit.Expected ? null : Describe(exit), clock.Now, ExitRule.IsCrash(exit.Kind)));
    }

    /// <summary>One process of one slot, from start to end.</summary>
    private async Task LiveAsync(int slot, int generation)
    {
        IWorker? worker = null;
        long baseline;
        try
        {
            worker = await host.StartAsync(_specs.For(slot, generation), CancellationToken.None);
            baseline = (await worker.LookAsync(fresh: true))?.RssBytes ?? 0; // an older look may have seen it half loaded
            if (RecycleRule.Refusal(pool.Recycle, baseline) is { } refusal)
                throw await RefusedAsync(worker, refusal);
        }
        catch (Exception error) // whatever it is: a slot that nobody speaks for would stay empty for ever
        {
            if (error is not WorkerStartException)
                worker?.Kill("nothing could be learned about it");
            var reason = error is WorkerStartException { Traceback: { Length: > 0 } traceback } ? $"{error.Message}\n{traceback}" : error.Message;
            decided(scheduler.WorkerExited(slot, generation, reason, clock.Now));
            return;
        }

        _workers[(slot, generation)] = worker;
        IdempotentTools = worker.Facts.IdempotentTools;
        decided(scheduler.WorkerReady(slot, generation, Math.Min(pool.WorkerCapacity, worker.Facts.Capacity), clock.Now));
        if (scheduler.Slots[slot].Find(generation) is { } placed)
            Watch(placed, worker, baseline);
        var exit = await worker.Gone;
        _lateReplies += worker.LateReplies;
        Left(slot, generation, exit);
    }

    private void Watch(SlotWorker placed, IWorker worker, long baseline)
    {
        var (slot, generation) = (placed.Slot.Index, placed.Generation);
        if (baseline > 0)
            decided(scheduler.WorkerMeasured(slot, generation, baseline, clock.Now));
        _hearts.Watch(placed, worker, Id(slot, generation));
        if (placed.Limits.Ttl != TimeSpan.MaxValue)
            tasks.Own(ages.WatchAsync(Id(slot, generation), placed.Limits.Ttl));
        tasks.Own(AwaitWishAsync(worker, slot, generation));
    }

    private async Task AwaitWishAsync(IWorker worker, int slot, int generation)
    {
        if (await Task.WhenAny(worker.RecycleAsked, worker.Gone) != worker.RecycleAsked)
            return;
        PoolLog.RecycleAsked(logger, Id(slot, generation), await worker.RecycleAsked);
        decided(scheduler.Recycle(slot, generation, RecycleReason.Adapter, clock.Now));
    }

    private static async Task<WorkerStartException> RefusedAsync(IWorker worker, string refusal)
    {
        worker.Kill(refusal);
        await worker.Exited;
        return new WorkerStartException($"the worker {refusal}");
    }

    private WorkerId Id(int slot, int generation) => new(new SlotId(id, slot), generation);

    /// <summary>The first line is for tables, the rest for whoever looks closer.</summary>
    private static string Describe(WorkerExit exit) => string.Join('\n', exit.Output.Prepend(exit.Description));
}
