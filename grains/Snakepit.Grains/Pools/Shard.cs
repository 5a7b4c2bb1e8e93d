using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Pools;

/// <summary>
/// Carries facts to the scheduler and its decisions to the workers. Everything here runs in the turns of one activation,
/// one at a time, so nothing is locked.
/// </summary>
internal sealed class Shard
{
    private static readonly TimeSpan ShortBudget = TimeSpan.FromSeconds(1);

    private readonly ShardId _id;
    private readonly PoolOptions _pool;
    private readonly TimeoutPlan _plan;
    private readonly IWorkerHost _host;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly PoolScheduler _scheduler;
    private readonly ShardFailures _failures;
    private readonly IWorker?[] _workers;
    private readonly HealthWatch _health;
    private readonly WorkerSpecs _specs;
    private readonly Queue<Decision> _decisions = new();
    private readonly TaskScheduler _turns = TaskScheduler.Current;
    private ulong _requests;
    private long _lateReplies;
    private TimeSpan _shortUntil;
    private bool _applying;

    public Shard(ShardId id, PoolOptions pool, SnakepitOptions options, IWorkerHost host, TimeProvider time, ILogger logger)
    {
        _id = id;
        _pool = pool;
        _plan = options.Plan(pool);
        _host = host;
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _failures = new ShardFailures(pool, _plan, id.Silo);
        _workers = new IWorker?[pool.PoolSize];
        _specs = new WorkerSpecs(id, pool, options, _plan);
        _health = new HealthWatch(pool.PoolSize, _plan.HealthCheckTimeout.Value, time, logger);
        _scheduler = new PoolScheduler(
            new SchedulerSpec
            {
                Size = pool.PoolSize,
                QueueLimit = pool.MaxQueueSize,
                StartBatchSize = pool.StartupBatchSize,
                StartBatchDelay = pool.StartupBatchDelay,
                CancelGrace = _plan.CancelGrace.Value,
                DumpGrace = _plan.DumpGrace.Value,
            },
            Random.Shared.NextDouble);
    }

    /// <summary>Calls with less than <see cref="ShortBudget"/> have come lately, so deadlines have to be looked at more often.</summary>
    public bool HasShortBudgets => Now < _shortUntil;

    // One tick past the origin: the scheduler's zero means "not yet".
    private TimeSpan Now => _time.GetElapsedTime(_origin) + TimeSpan.FromTicks(1);

    public Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken)
    {
        var now = Now;
        var limits = _plan.Limits(request.Budget, request.OwnBudget, request.Tool);
        var call = new Call(++_requests, request)
        {
            Kind = request.Tool,
            QueueUntil = After(now, limits.Queue),
            Deadline = After(now, limits.Rpc),
            AnswerBy = After(now, limits.WorkerCall),
        };
        if (limits.Total != CallBudget.Infinite && limits.Total < ShortBudget)
            _shortUntil = now + ShortBudget;
        Apply(_scheduler.Submit(call, now));
        return cancellationToken.CanBeCanceled && !call.Reply.IsCompleted ? AwaitAsync(call, cancellationToken) : call.Reply;
    }

    private static TimeSpan After(TimeSpan now, TimeSpan limit) => limit == CallBudget.Infinite ? TimeSpan.MaxValue : now + limit;

    public void Tick() => Apply(_scheduler.Tick(Now));

    public async Task DrainAsync(TimeSpan limit)
    {
        Apply(_scheduler.Drain());
        var until = Now + limit;
        while (_scheduler.Running > 0 && Now < until)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
    }

    public ShardReport Report()
    {
        var now = Now;
        return new ShardReport
        {
            Shard = _id,
            State = _scheduler.State,
            Reason = _scheduler.State == PoolState.Ready ? null : _scheduler.LastFailure,
            Queued = _scheduler.Queued,
            QueueLimit = _scheduler.QueueLimit,
            Running = _scheduler.Running,
            Capacity = _scheduler.Slots.Where(slot => slot.State == WorkerState.Ready).Sum(slot => slot.Capacity),
            Counters = _scheduler.Counters with { LateReplies = _lateReplies + _workers.Sum(worker => worker?.LateReplies ?? 0) },
            PoolSize = _pool.PoolSize,
            RequestTimeout = _plan.RequestTimeout.Value,
            ToolBudgets = _plan.ToolBudgets,
            Workers = [.. _scheduler.Slots.Select(slot => Report(slot, now))],
        };
    }

    private WorkerReport Report(Slot slot, TimeSpan now) => new()
    {
        Worker = new WorkerId(new SlotId(_id, slot.Index), slot.Generation),
        State = slot.State,
        Pid = _workers[slot.Index]?.Facts.Pid ?? 0,
        PythonVersion = _workers[slot.Index]?.Facts.PythonVersion,
        RssBytes = _workers[slot.Index] is null ? 0 : _health.Latest(slot.Index)?.RssBytes ?? 0,
        Load = slot.Load,
        Capacity = slot.Capacity,
        Served = slot.Served,
        Age = slot.State == WorkerState.Ready ? now - slot.ReadySince : TimeSpan.Zero,
        LastFailure = slot.LastFailure,
    };

    private async Task<ToolReply> AwaitAsync(Call call, CancellationToken cancellationToken)
    {
        // The token fires on any thread; the scheduler hears of it in a turn of its own.
        await using var registration = cancellationToken.Register(
            () => Task.Factory.StartNew(() => GiveUp(call), CancellationToken.None, TaskCreationOptions.None, _turns));
        return await call.Reply;
    }

    private void GiveUp(Call call)
    {
        Apply(_scheduler.Cancel(call, Now));
        call.TryAnswer(ToolReply.Failed(_failures.Cancelled(call, Now)));
    }

    /// <summary>
    /// Carries decisions out in order. A worker that answers on the spot brings new decisions while older ones are being
    /// carried out; they wait their turn, since the scheduler's span is overwritten by then.
    /// </summary>
    private void Apply(ReadOnlySpan<Decision> decisions)
    {
        foreach (var decision in decisions)
            _decisions.Enqueue(decision);
        if (_applying)
            return;
        _applying = true;
        while (_decisions.TryDequeue(out var decision))
            Apply(decision);
        _applying = false;
    }

    private void Apply(Decision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Dispatch:
                Own(RunAsync((Call)decision.Ticket!, decision.Slot!.Index, decision.Generation));
                break;
            case DecisionKind.Reject:
                Answer(decision, call => _failures.Rejected(decision.Reason, call, _scheduler, Now));
                break;
            case DecisionKind.Expire:
                Answer(decision, call => _failures.Expired(call, _scheduler, Now));
                break;
            case DecisionKind.Overdue:
                Stop(decision, StopReason.Deadline);
                break;
            case DecisionKind.GiveUp:
                Answer(decision, call => _failures.Overdue(call, Now));
                break;
            case DecisionKind.CancelRunning:
                Stop(decision, StopReason.CallerGone);
                break;
            case DecisionKind.Lose:
                break; // the worker itself answers every call it had, and knows better which of them it had begun
            case DecisionKind.StartWorker:
                Own(LiveAsync(decision.Slot!.Index, decision.Generation));
                break;
            case DecisionKind.DumpStacks:
                _workers[decision.Slot!.Index]?.DumpStacks();
                break;
            case DecisionKind.KillWorker:
                var request = ((Call)decision.Ticket!).Request;
                _workers[decision.Slot!.Index]?.Kill($"tool '{request.Tool}' did not stop after its call had ended");
                break;
            default:
                throw new InvalidOperationException($"Unknown decision {decision.Kind}.");
        }
    }

    private static void Answer(Decision decision, Func<Call, Failure> failure)
    {
        var call = (Call)decision.Ticket!;
        call.TryAnswer(ToolReply.Failed(failure(call)));
    }

    private void Stop(Decision decision, StopReason reason)
    {
        var call = (Call)decision.Ticket!;
        _workers[decision.Slot!.Index]?.Cancel(call.Id, call.Request.Attempt, reason);
    }

    /// <summary>One call on one worker, from dispatch to answer.</summary>
    private async Task RunAsync(Call call, int slot, int generation)
    {
        if (call.State != TicketState.Running || _workers[slot] is not { } worker)
        {
            call.TryAnswer(ToolReply.Failed(_failures.WorkerGone(call, Now)));
            return;
        }

        var remaining = call.Deadline == TimeSpan.MaxValue ? CallBudget.Infinite : call.Deadline - call.DispatchedAt;
        var reply = await worker.ExecuteAsync(call.Id, call.Request, remaining);
        if (reply.Failure is { Code: SnakepitErrorCode.WorkerExited })
            Left(slot, generation, await worker.Exited); // before the ticket ends, else the dead worker would get the next one
        var now = Now;
        var overdue = call.Stopping != StopStep.None && !call.CallerGone;
        Apply(_scheduler.Complete(call, reply.Failure is null, now));
        if (!call.TryAnswer(WithTimes(overdue ? _failures.Overdue(reply, call, now) : reply, call, now)) && !call.CallerGone)
            _lateReplies++;
    }

    private static ToolReply WithTimes(ToolReply reply, Call call, TimeSpan now)
    {
        var python = reply.Times.Python;
        var times = new StageTimes
        {
            Queue = call.DispatchedAt - call.SubmittedAt,
            Dispatch = now - call.DispatchedAt - python,
            Python = python,
        };
        return reply with { Times = times, Failure = reply.Failure is { } failure ? failure with { Elapsed = times } : null };
    }

    /// <summary>One process of one slot, from start to end.</summary>
    private async Task LiveAsync(int slot, int generation)
    {
        IWorker worker;
        try
        {
            worker = await _host.StartAsync(_specs.For(slot, generation), CancellationToken.None);
        }
        catch (WorkerStartException error)
        {
            var reason = error.Traceback is { Length: > 0 } traceback ? $"{error.Message}\n{traceback}" : error.Message;
            Apply(_scheduler.WorkerExited(slot, generation, reason, Now));
            return;
        }

        _workers[slot] = worker;
        Apply(_scheduler.WorkerReady(slot, generation, Math.Min(_pool.WorkerCapacity, worker.Facts.Capacity), Now));
        Own(_health.WatchAsync(worker, new WorkerId(new SlotId(_id, slot), generation)));
        var exit = await worker.Exited;
        _lateReplies += worker.LateReplies;
        if (_workers[slot] == worker)
            _workers[slot] = null;
        Left(slot, generation, exit);
    }

    private void Left(int slot, int generation, WorkerExit exit) =>
        Apply(_scheduler.WorkerExited(slot, generation, exit.Expected ? null : Describe(exit), Now));

    /// <summary>The first line is for tables, the rest for whoever looks closer.</summary>
    private static string Describe(WorkerExit exit) => string.Join('\n', exit.Output.Prepend(exit.Description));

    private void Own(Task task)
    {
        if (!task.IsCompletedSuccessfully)
            _ = WatchAsync(task);
    }

    /// <summary>Says so when a task of ours faulted, which is a bug: everything that can go wrong with a call is an answer.</summary>
    private async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception error)
        {
            PoolLog.Broken(_logger, error, _id);
        }
    }
}
