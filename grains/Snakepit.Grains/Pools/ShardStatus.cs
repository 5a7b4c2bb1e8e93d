using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Pools;

/// <summary>What a shard says about itself.</summary>
internal sealed class ShardStatus(
    ShardId id, PoolOptions pool, SnakepitOptions options, ShardClock clock, PoolScheduler scheduler, ShardWorkers workers)
{
    private readonly TimeoutPlan _plan = options.Plan(pool);
    private readonly RetryPolicy _retry = options.Barrier(pool).Retry;

    /// <param name="lateReplies">Answers that the shard itself had no caller for any more.</param>
    /// <param name="streams">Streams with a reader.</param>
    public ShardReport Report(long lateReplies, int streams)
    {
        var now = clock.Now;
        return new ShardReport
        {
            Shard = id,
            State = scheduler.State,
            Reason = scheduler.State == PoolState.Ready ? null : scheduler.LastFailure,
            Queued = scheduler.Queued,
            QueueLimit = scheduler.QueueLimit,
            Running = scheduler.Running,
            Capacity = scheduler.Slots.Where(slot => slot.State == WorkerState.Ready).Sum(slot => slot.Capacity),
            Counters = scheduler.Counters with { LateReplies = lateReplies + workers.LateReplies },
            PoolSize = pool.PoolSize,
            RequestTimeout = _plan.RequestTimeout.Value,
            StreamTimeout = _plan.StreamTimeout.Value,
            Streams = streams,
            Sessions = scheduler.Sessions.Count,
            ToolBudgets = _plan.ToolBudgets,
            Retry = _retry,
            IdempotentTools = workers.IdempotentTools,
            Workers = [.. scheduler.Slots.SelectMany(slot => Reports(slot, now))],
        };
    }

    /// <summary>The slot's own worker first, then who comes and who goes.</summary>
    private IEnumerable<WorkerReport> Reports(Slot slot, TimeSpan now)
    {
        yield return Report(slot, slot.Current, now);
        if (slot.Successor is { } successor)
            yield return Report(slot, successor, now);
        if (slot.Leaving is { } leaving)
            yield return Report(slot, leaving, now);
    }

    private WorkerReport Report(Slot slot, SlotWorker? worker, TimeSpan now)
    {
        var generation = worker?.Generation ?? slot.Generation;
        var process = workers.Find(slot.Index, generation);
        return new WorkerReport
        {
            Worker = new WorkerId(new SlotId(id, slot.Index), generation),
            State = worker?.State ?? WorkerState.Vacant,
            Pid = process?.Facts.Pid ?? 0,
            PythonVersion = process?.Facts.PythonVersion,
            RssBytes = worker?.MemoryBytes ?? 0,
            Load = worker?.Load ?? 0,
            Capacity = worker?.Capacity ?? 0,
            Served = worker?.Served ?? 0,
            Age = worker is { State: WorkerState.Ready or WorkerState.Draining } ? now - worker.ReadySince : TimeSpan.Zero,
            LastFailure = slot.LastFailure,
            Tainted = slot.Tainted,
            RecycleDue = worker?.RecycleDue,
            OutputLines = process?.Output.Lines ?? 0,
            OutputBytes = process?.Output.Bytes ?? 0,
            OutputDropped = process?.Output.Dropped ?? 0,
        };
    }
}
