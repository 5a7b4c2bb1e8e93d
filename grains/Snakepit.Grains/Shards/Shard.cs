using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Telemetry;
using Snakepit.Core.Timeouts;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Streams;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Grains.Shards;

/// <summary>
/// What can be asked of a shard. Everything here runs in the turns of the shard, one at a time, so nothing is locked; only
/// <see cref="HasRoom"/> may be read from any thread. <see cref="ShardFactory"/> makes it.
/// </summary>
internal sealed class Shard(
    ShardCore core, CallDesk desk, ShardStreams streams, ShardWorkers workers, ShardDecisions decisions, ShardStatus status)
{
    /// <summary>How often a draining shard looks whether it is done.</summary>
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(20);

    /// <summary>A question about progress is answered after that time at the latest.</summary>
    private static readonly TimeSpan ProgressWait = TimeSpan.FromSeconds(10);

    private PoolState _told = PoolState.Starting;

    public ShardStreams Streams => streams;

    /// <inheritdoc cref="CallDesk.HasShortBudgets"/>
    public bool HasShortBudgets => desk.HasShortBudgets;

    public PoolState State => core.Scheduler.State;

    /// <summary>Why it is not ready; null when it is.</summary>
    public string? Reason => State == PoolState.Ready ? null : core.Scheduler.LastFailure;

    /// <inheritdoc cref="ShardEngine.HasRoom"/>
    public bool HasRoom => core.Engine.HasRoom;

    public bool HasWaiting => core.Scheduler.Queued > 0;

    /// <inheritdoc cref="Calls.CallDesk.ExecuteAsync"/>
    public Task<ToolReply> ExecuteAsync(ToolRequest request, bool isLocal, CancellationToken cancellationToken) =>
        desk.ExecuteAsync(request, isLocal, cancellationToken);

    /// <inheritdoc cref="Calls.CallDesk.AwaitCallUpAsync"/>
    public Task<HeldReply> AwaitCallUpAsync(Guid call) => desk.AwaitCallUpAsync(call);

    /// <inheritdoc cref="IPoolShardGrain.GiveUpAsync"/>
    public void GiveUp(Guid call) => desk.GiveUp(call);

    /// <inheritdoc cref="Calls.CallDesk.BeginAsync"/>
    public Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        desk.BeginAsync(request, cancellationToken);

    /// <inheritdoc cref="OpenCalls.AnswerOrWithdraw"/>
    public (Task<ToolReply>? Answer, TimeSpan UnknownFor) AnswerOrWithdraw(ResumeRequest request) => desk.AnswerOrWithdraw(request);

    /// <inheritdoc cref="IPoolShardGrain.NextProgressAsync"/>
    public Task<ProgressStep?> NextProgressAsync(Guid call, long have) => (desk.Find(call) ?? streams.Find(call)) is { } open
        ? open.NextProgressAsync(have, ProgressWait, core.Clock.Time)
        : Task.FromResult<ProgressStep?>(null);

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream) =>
        desk.Refusal(request) is { } refusal ? Task.FromResult(StreamBatch.Failed(0, refusal)) : streams.OpenAsync(request, stream);

    /// <inheritdoc cref="ShardDecisions.Move"/>
    public void MoveQueued(ShardRoom[] room) => decisions.Move(room);

    public void Tick()
    {
        workers.Tick();
        var size = core.Scheduler.Size;
        core.Engine.Apply(core.Scheduler.Tick(core.Now));
        if (core.Scheduler.Size != size)
            TellScaled(size);
        streams.Tick();
        desk.Tick();
        TellState();
    }

    /// <summary>Marks workers for replacement: one slot's, or all. Returns how many were marked.</summary>
    public int Recycle(int? slot, RecycleReason reason)
    {
        var marked = 0;
        foreach (var candidate in core.Scheduler.Slots.Where(candidate => slot is null || candidate.Index == slot).ToArray())
        {
            if (reason == RecycleReason.Manual)
                candidate.EndWait(core.Now);
            // A successor that starts may have read files that have changed meanwhile, so a person's order counts for it too.
            foreach (var worker in new[] { candidate.Current, candidate.Successor })
            {
                if (worker is not { RecycleDue: null })
                    continue;
                Recycle(worker, reason);
                marked += worker.RecycleDue is null ? 0 : 1;
            }
        }

        return marked;
    }

    /// <summary>
    /// The age of a slot's worker is due to be looked at. Returns what is left until it has to be replaced; null when there
    /// is nothing to wait for, because it is being replaced or is not ready.
    /// </summary>
    public TimeSpan? LookAtAge(int slot)
    {
        if (slot >= core.Scheduler.Slots.Count
            || core.Scheduler.Slots[slot].Current is not { RecycleDue: null, State: WorkerState.Ready } worker
            || worker.Limits.Ttl == TimeSpan.MaxValue)
            return null;
        var left = worker.AgeLeft(core.Now);
        if (left > TimeSpan.Zero)
            return left;
        Recycle(worker, RecycleReason.Ttl);
        return null;
    }

    /// <summary>The session is with another shard now.</summary>
    public void Forget(string session) => core.Scheduler.Sessions.Forget(session);

    /// <inheritdoc cref="ShardHost.DrainAsync"/>
    public async Task DrainAsync(TimeSpan limit)
    {
        core.Engine.Apply(core.Scheduler.Drain());
        var until = CallBudget.Until(core.Now, limit);
        while ((core.Scheduler.Running > 0 || decisions.HasUnanswered || streams.HasUnread)
            && core.Now < until && State == PoolState.Draining)
            await Task.Delay(DrainLook, core.Clock.Time);
    }

    /// <summary>How many workers it keeps.</summary>
    public int Size => core.Scheduler.Size;

    /// <summary>Keeps another number of workers; null for that of the configuration, or of the load. Returns the number.</summary>
    public int Resize(int? size)
    {
        var before = core.Scheduler.Size;
        core.Engine.Apply(core.Scheduler.Resize(size, core.Now));
        if (core.Scheduler.Size != before)
            PoolLog.Resized(core.Services.Logger, core.Place.Id, before, core.Scheduler.Size, Bounds);
        return core.Scheduler.Size;
    }

    /// <summary>Takes a drain back.</summary>
    public void Resume() => core.Engine.Apply(core.Scheduler.Resume(core.Now));

    /// <inheritdoc cref="ShardWorkers.Living"/>
    public IReadOnlyList<(WorkerId Id, IWorker Worker)> Workers(int? slot) => workers.Living(slot);

    /// <inheritdoc cref="ShardStatus.Sessions"/>
    public SessionList Sessions(int most) => status.Sessions(most);

    /// <inheritdoc cref="ShardStatus.Report(bool)"/>
    public ShardReport Report(bool output) => status.Report(output);

    /// <inheritdoc cref="ShardStatus.Tools"/>
    public ShardTools Tools() => status.Tools();

    /// <inheritdoc cref="ShardStatus.Figures"/>
    public ShardFigures Figures() => status.Figures();

    public PoolTerms Terms() => status.Terms();

    /// <summary>What the configuration says about its size.</summary>
    private string Bounds => core.Scheduler.Sizing.Spec is { } spec
        ? $"MinSize is {spec.MinSize}, MaxSize is {spec.MaxSize}"
        : $"PoolSize is {core.Settings.Pool.PoolSize}";

    private void TellState()
    {
        if (State == _told)
            return;
        core.Place.Observer.Happened(new PoolStateChanged(core.Place.Id, _told, State, Reason));
        _told = State;
    }

    private void TellScaled(int before)
    {
        var (logger, id, size) = (core.Services.Logger, core.Place.Id, core.Scheduler.Size);
        if (size == 0)
            PoolLog.FellAsleep(logger, id, before, core.Scheduler.Sizing.Spec!.ScaleDownAfter.TotalSeconds);
        else if (before == 0)
            PoolLog.Woken(logger, id);
        else
            PoolLog.Scaled(logger, id, before, size, Bounds, core.Scheduler.Queued, core.Scheduler.Running);
    }

    private void Recycle(SlotWorker worker, RecycleReason reason) =>
        core.Engine.Apply(core.Scheduler.Recycle(worker.Slot.Index, worker.Generation, reason, core.Now));
}
