using System.Diagnostics;
using Snakepit.Core.Lifecycle;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Telemetry;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>
/// The processes behind a shard's slots: started, watched, told to leave. Tells the scheduler what happens to them. Runs in the turns of
/// the shard.
/// </summary>
internal sealed class ShardWorkers(ShardCore core, IAgeWatch ages)
{
    private readonly Dictionary<(int Slot, int Generation), IWorker> _workers = [];
    private readonly HeartWatch _hearts = new(core);
    private long _lateReplies;

    /// <summary>Answers that came when no caller waited for them any more, of the workers that serve and of earlier ones.</summary>
    public long LateReplies => _lateReplies + _workers.Values.Sum(worker => worker.LateReplies);

    /// <summary>Tools of this pool that may run twice; empty until a worker has been ready.</summary>
    public IReadOnlyList<string> IdempotentTools { get; private set; } = [];

    /// <summary>What the worker that has become ready last said; null until one has. Stays when that worker is gone.</summary>
    public WorkerFacts? LatestFacts { get; private set; }

    /// <summary>Null when the link of that process has closed, or is not open yet.</summary>
    public IWorker? Find(int slot, int generation) => _workers.GetValueOrDefault((slot, generation));

    /// <summary>The processes with an open link, by slot and generation.</summary>
    /// <param name="slot">Only in this slot; null for all.</param>
    public IReadOnlyList<(WorkerId Id, IWorker Worker)> Living(int? slot) =>
    [
        .. _workers.Where(pair => slot is null || pair.Key.Slot == slot).OrderBy(pair => pair.Key)
            .Select(pair => (core.Worker(pair.Key.Slot, pair.Key.Generation), pair.Value)),
    ];

    /// <summary>A worker's life belongs to no call; else its log lines would carry the trace of the call in whose turn it starts.</summary>
    public void Start(int slot, int generation)
    {
        var before = Activity.Current;
        Activity.Current = null;
        try
        {
            core.Tasks.Own(LiveAsync(slot, generation));
        }
        finally
        {
            Activity.Current = before;
        }
    }

    /// <summary>A worker that has been replaced and has nothing left to do.</summary>
    public void Stop(Slot slot, int generation)
    {
        if (slot.Find(generation) is not { } old)
            return;
        Tell(slot, old);
        _hearts.Forget(slot.Index, generation); // it may be silent while it leaves
        if (Find(slot.Index, generation) is { } worker)
            core.Tasks.Own(worker.StopAsync(core.Settings.Plan.GracefulShutdownTimeout.Value, $"recycled ({old.RecycleDue})"));
    }

    private void Tell(Slot slot, SlotWorker old)
    {
        var (logger, name, age) = (core.Services.Logger, core.Worker(slot.Index, old.Generation), core.Now - old.ReadySince);
        if (old.RecycleDue is { } reason)
            core.Place.Observer.Happened(new WorkerRecycled(name, reason, age, old.Served, old.MemoryBytes));
        if (old.RecycleDue == RecycleReason.Scaled)
        {
            PoolLog.ScaledAway(logger, name);
            return;
        }

        PoolLog.Recycled(
            logger, name, $"{old.RecycleDue}", age.TotalSeconds, old.Served, old.MemoryBytes >> 20,
            core.Scheduler.Sessions.On(old), slot.Generation);
    }

    public void Tick() => _hearts.Tick();

    /// <summary>
    /// No more answers come from a worker. The call that it had brings this news as well as the link itself; the first of the two tells
    /// the scheduler, and the scheduler ignores the second.
    /// </summary>
    public void LinkClosed(int slot, int generation, WorkerExit exit)
    {
        if (!_workers.Remove((slot, generation), out var worker))
            return;
        _hearts.Forget(slot, generation);
        var name = core.Worker(slot, generation);
        core.Place.Observer.Happened(new WorkerExited(name, worker.Facts.Pid, exit.Kind, exit.Expected, exit.Description));
        var failure = exit.Expected ? null : Describe(exit);
        var wasTainted = core.Scheduler.Slots[slot].Tainted;
        core.Engine.Apply(core.Scheduler.WorkerLinkClosed(slot, generation, failure, core.Now, ExitRule.IsCrash(exit.Kind)));
        if (!wasTainted && core.Scheduler.Slots[slot].Tainted)
            core.Place.Observer.Happened(new WorkerTainted(name));
    }

    /// <summary>One process of one slot, from its start until its link closes.</summary>
    private async Task LiveAsync(int slot, int generation)
    {
        IWorker? worker = null;
        long baseline;
        var (name, began) = (core.Worker(slot, generation), core.Now);
        core.Place.Observer.Happened(new WorkerStarted(name));
        try
        {
            var spec = core.Settings.Worker with { Worker = name };
            worker = await core.Services.Workers.StartAsync(spec, CancellationToken.None);
            baseline = (await worker.LookAsync(fresh: true))?.RssBytes ?? 0; // an older look may have seen it half loaded
            if (RecycleRule.Refusal(core.Settings.Pool.Recycle, baseline) is { } refusal)
                throw await RefusedAsync(worker, refusal);
        }
        catch (Exception error) // any exception: the scheduler must hear that the start failed, else the slot stays empty for ever
        {
            if (error is not WorkerStartException)
                worker?.Kill("nothing could be learned about it");
            var reason = error is WorkerStartException { Traceback: { Length: > 0 } traceback }
                ? $"{error.Message}\n{traceback}"
                : error.Message;
            core.Place.Observer.Happened(new WorkerStartFailed(name, reason, core.Now - began));
            core.Engine.Apply(core.Scheduler.WorkerLinkClosed(slot, generation, reason, core.Now));
            return;
        }

        _workers[(slot, generation)] = worker;
        (LatestFacts, IdempotentTools) = (worker.Facts, worker.Facts.IdempotentTools);
        core.Place.Observer.Happened(new WorkerReady(name, worker.Facts.Pid, core.Now - began)
        {
            Tools = [.. worker.Facts.Tools.Select(static tool => tool.Name)],
            TakesAnyName = worker.Facts.TakesAnyName,
        });
        var capacity = Math.Min(core.Settings.Pool.CallsPerWorker, worker.Facts.Capacity);
        core.Engine.Apply(core.Scheduler.WorkerReady(slot, generation, capacity, core.Now));
        if (core.Scheduler.Slots[slot].Find(generation) is { } placed)
            Watch(placed, worker, baseline);
        var exit = await worker.LinkClosed;
        _lateReplies += worker.LateReplies;
        LinkClosed(slot, generation, exit);
    }

    private void Watch(SlotWorker placed, IWorker worker, long baseline)
    {
        var (slot, generation) = (placed.Slot.Index, placed.Generation);
        if (baseline > 0)
            core.Engine.Apply(core.Scheduler.WorkerMeasured(slot, generation, baseline, core.Now));
        _hearts.Watch(placed, worker);
        if (placed.Limits.Ttl != TimeSpan.MaxValue)
            core.Tasks.Own(ages.WatchAsync(core.Worker(slot, generation), placed.Limits.Ttl));
        core.Tasks.Own(AwaitWishAsync(worker, slot, generation));
    }

    private async Task AwaitWishAsync(IWorker worker, int slot, int generation)
    {
        if (await Task.WhenAny(worker.RecycleAsked, worker.LinkClosed) != worker.RecycleAsked)
            return;
        PoolLog.RecycleAsked(core.Services.Logger, core.Worker(slot, generation), await worker.RecycleAsked);
        core.Engine.Apply(core.Scheduler.Recycle(slot, generation, RecycleReason.Adapter, core.Now));
    }

    private static async Task<WorkerStartException> RefusedAsync(IWorker worker, string refusal)
    {
        worker.Kill(refusal);
        await worker.Released;
        return new WorkerStartException($"the worker {refusal}");
    }

    /// <summary>The first line is for tables, the others are its last output.</summary>
    private static string Describe(WorkerExit exit) => string.Join('\n', exit.Output.Prepend(exit.Description));
}
