using Snakepit.Core.Scheduling;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Streams;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Grains.Telemetry;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Grains.Shards;

/// <summary>What a shard says about itself.</summary>
internal sealed class ShardStatus(ShardCore core, ShardWorkers workers, CallRunner runner, ShardStreams streams)
{
    /// <summary>Characters of a pool's reason without its workers' output.</summary>
    private const int LongestFailure = 2000;

    private PoolTerms? _terms;
    private int _number;

    /// <summary>Everything about the shard at this moment.</summary>
    /// <param name="output">With the last lines of output of workers that failed.</param>
    public ShardReport Report(bool output)
    {
        var now = core.Now;
        var scheduler = core.Scheduler;
        return new ShardReport
        {
            Shard = core.Place.Id,
            Incarnation = core.Place.Incarnation,
            State = scheduler.State,
            Reason = scheduler.State == PoolState.Ready ? null
                : output ? scheduler.LastFailure
                : Shortened(scheduler.LastFailure),
            Queued = scheduler.Queued,
            Held = scheduler.Held,
            QueueLimit = scheduler.QueueLimit,
            Running = scheduler.Running,
            Capacity = Capacity,
            Counters = scheduler.Counters with { LateReplies = runner.LateReplies + workers.LateReplies },
            PoolSize = scheduler.Size,
            ConfiguredSize = scheduler.Sizing.Spec?.MinSize ?? core.Settings.Pool.PoolSize,
            SizeSource = scheduler.Sizing.Source,
            MinSize = scheduler.Sizing.Spec?.MinSize,
            MaxSize = scheduler.Sizing.Spec?.MaxSize,
            LargestCapacity = LargestCapacity,
            Streams = streams.Count,
            Sessions = scheduler.Sessions.Count,
            OldestWait = scheduler.OldestWait(now),
            Workers = [.. scheduler.Slots.Where(slot => !slot.IsGivenUp).SelectMany(slot => Reports(slot, now, output))],
        };
    }

    /// <summary>The sessions that were used last, the latest first.</summary>
    public SessionList Sessions(int most) => new(
        core.Scheduler.Sessions.Count,
        [
            .. core.Scheduler.Sessions.Latest(most, core.Now).Select(session => new SessionReport(
                session.Id, core.Worker(session.Worker.Slot.Index, session.Worker.Generation), session.Calls, session.Idle)),
        ]);

    /// <summary>What its workers say about their tools.</summary>
    public ShardTools Tools() => workers.LatestFacts is not { } facts
        ? new ShardTools { Shard = core.Place.Id }
        : new ShardTools { Shard = core.Place.Id, IsKnown = true, Tools = facts.Tools, TakesAnyName = facts.TakesAnyName };

    public ShardPulse Pulse()
    {
        Terms();
        var (place, scheduler) = (core.Place, core.Scheduler);
        return new ShardPulse(place.Id, place.Incarnation, scheduler.State, scheduler.Queued, scheduler.Running, Capacity, _number);
    }

    /// <summary>What gauges show.</summary>
    public ShardFigures Figures()
    {
        var scheduler = core.Scheduler;
        return new ShardFigures(
            Pulse(), scheduler.Size, scheduler.Ready.Workers, streams.Count, scheduler.Sessions.Count,
            [
                .. from slot in scheduler.Slots
                   where slot.Current is { MemoryBytes: > 0 }
                   select (slot.Index, slot.Current!.MemoryBytes),
            ]);
    }

    /// <summary>Made anew, with a number of their own, when the workers' tools turn out to be others.</summary>
    public PoolTerms Terms()
    {
        if (_terms is not null && ReferenceEquals(_terms.IdempotentTools, workers.IdempotentTools))
            return _terms;
        if (_terms is not null && _terms.IdempotentTools.SequenceEqual(workers.IdempotentTools))
            return _terms = _terms with { IdempotentTools = workers.IdempotentTools };
        _number++;
        var settings = core.Settings;
        return _terms = new PoolTerms
        {
            RequestTimeout = settings.Plan.RequestTimeout.Value,
            StreamTimeout = settings.Plan.StreamTimeout.Value,
            ToolBudgets = settings.Plan.ToolBudgets,
            Retry = settings.Retry,
            IdempotentTools = workers.IdempotentTools,
            MaxRequestBytes = settings.MaxRequestBytes,
        };
    }

    private int Capacity => core.Scheduler.Ready.Capacity;

    private int LargestCapacity
    {
        get
        {
            var (workers, capacity) = core.Scheduler.Ready;
            if (core.Scheduler.Sizing is not { Source: SizeSource.Auto, Spec: { } spec })
                return capacity;
            return workers == 0 ? spec.MaxSize * core.Settings.Pool.CallsPerWorker : spec.MaxSize * capacity / workers;
        }
    }

    /// <summary>Without a worker's last lines of output, which follow the first line and may be many.</summary>
    private static string? Shortened(string? failure) =>
        failure is { Length: > LongestFailure } ? $"{failure.AsSpan(0, LongestFailure)}…" : failure;

    /// <summary>The slot's own worker first, then its successor, then the worker that leaves.</summary>
    private IEnumerable<WorkerReport> Reports(Slot slot, TimeSpan now, bool output)
    {
        if (slot.IsWanted || slot.Current is not null)
            yield return Report(slot, slot.Current, now, output);
        if (slot.Successor is { } successor)
            yield return Report(slot, successor, now, output);
        if (slot.Leaving is { } leaving)
            yield return Report(slot, leaving, now, output);
    }

    private WorkerReport Report(Slot slot, SlotWorker? worker, TimeSpan now, bool output)
    {
        var generation = worker?.Generation ?? slot.Generation;
        var process = workers.Find(slot.Index, generation);
        return new WorkerReport
        {
            Worker = core.Worker(slot.Index, generation),
            State = worker?.State ?? WorkerState.Vacant,
            Pid = process?.Facts.Pid ?? 0,
            PythonVersion = process?.Facts.PythonVersion,
            RssBytes = worker?.MemoryBytes ?? 0,
            Load = worker?.Load ?? 0,
            Capacity = worker?.Capacity ?? 0,
            Served = worker?.Served ?? 0,
            Age = worker is { State: WorkerState.Ready or WorkerState.Draining } ? now - worker.ReadySince : TimeSpan.Zero,
            LastFailure = output ? slot.LastFailure : slot.LastFailure?.Split('\n')[0],
            Tainted = slot.Tainted,
            RecycleDue = worker?.RecycleDue,
            OutputLines = process?.Output.Lines ?? 0,
            OutputBytes = process?.Output.Bytes ?? 0,
            OutputDropped = process?.Output.Dropped ?? 0,
            StartFailed = slot.StartFailed,
        };
    }
}
