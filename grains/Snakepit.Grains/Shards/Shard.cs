using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Streams;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Grains.Shards;

/// <summary>
/// Carries facts to the scheduler and its decisions to the workers. Everything here runs in the turns of the shard, one at a time, so
/// nothing is locked.
/// </summary>
internal sealed class Shard
{
    private static readonly TimeSpan ShortBudget = TimeSpan.FromSeconds(1);

    private readonly TimeoutPlan _plan;
    private readonly ShardClock _clock;
    private readonly PoolScheduler _scheduler;
    private readonly ShardFailures _failures;
    private readonly ShardWorkers _workers;
    private readonly ShardTasks _tasks;
    private readonly ShardStatus _status;
    private readonly CallRunner _runner;
    private readonly OpenCalls _open;
    private readonly ShardPlace _place;
    private readonly ShardServices _services;
    private readonly ShardTurns _turns;
    private readonly Queue<Decision> _decisions = new();
    private readonly Queue<string> _targets = new();
    private readonly long _maxRequestBytes;
    private ulong _requests;
    private TimeSpan _shortUntil;
    private bool _applying;
    private volatile bool _hasRoom;

    public Shard(ShardPlace place, PoolOptions pool, SnakepitOptions options, ShardServices services, IAgeWatch ages)
    {
        var (id, logger) = (place.Id, services.Logger);
        _place = place;
        _services = services;
        _turns = place.Turns;
        _maxRequestBytes = options.MaxRequestBytes;
        _open = new OpenCalls(services.Buffers);
        _plan = options.Plan(pool);
        _clock = new ShardClock(services.Time);
        _tasks = new ShardTasks(id, logger);
        _failures = new ShardFailures(pool, _plan, options.DrainTimeout, id.Silo);
        _scheduler = new PoolScheduler(SchedulerSpecs.Of(pool, options, _plan), Random.Shared.NextDouble);
        _workers = new ShardWorkers(id, pool, options, services.Workers, _clock, _scheduler, _tasks, logger, ages, Apply);
        Streams = new ShardStreams(_clock, _plan, _failures, () => ++_requests, Submit, call => Apply(_scheduler.Cancel(call, Now)));
        _runner = new CallRunner(place, services, new ShardParts(_clock, _scheduler, _failures, _workers), Apply);
        _status = new ShardStatus(place, pool, options, _clock, _scheduler, _workers);
    }

    public ShardStreams Streams { get; }

    /// <summary>Calls with less than <see cref="ShortBudget"/> have come lately, so deadlines have to be looked at more often.</summary>
    public bool HasShortBudgets => Now < _shortUntil;

    private TimeSpan Now => _clock.Now;

    public PoolState State => _scheduler.State;

    /// <summary>Why it is not ready; null when it is.</summary>
    public string? Reason => _scheduler.State == PoolState.Ready ? null : _scheduler.LastFailure;

    /// <summary>A call that comes now would begin at once. May be read from any thread.</summary>
    public bool HasRoom => _hasRoom;

    public bool HasWaiting => _scheduler.Queued > 0;

    public Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken)
    {
        if (Find(request.CallId) is { } running)
            return running; // the transport has delivered it twice
        if (Refusal(request) is { } refusal)
            return Task.FromResult(ToolReply.Failed(refusal));
        if (request.OwnBudget && _plan.Allowed(request.Budget, CallType.Execute, request.Tool) is var allowed && allowed != request.Budget)
            request = request with { Budget = allowed };
        var now = Now;
        var limits = _plan.Limits(request.Budget, request.OwnBudget, request.Tool);
        var call = new Call(++_requests, request)
        {
            Kind = request.Tool,
            Session = request.SessionId,
            MayWait = request.MayWait,
            MayMove = request.MayMove,
            QueueUntil = CallBudget.Until(now, limits.Queue),
            Deadline = CallBudget.Until(now, limits.Rpc),
            AnswerBy = CallBudget.Until(now, limits.WorkerCall),
        };
        Submit(call, limits.Total, now);
        if (cancellationToken.CanBeCanceled && !call.Reply.IsCompleted)
            EndWith(call, cancellationToken);
        return call.Reply;
    }

    /// <summary>The answer of a call that waits or runs; null when there is no such call.</summary>
    public Task<ToolReply>? Find(Guid call) => _open.Find(call)?.Reply;

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream) =>
        Refusal(request) is { } refusal ? Task.FromResult(StreamBatch.Failed(0, refusal)) : Streams.OpenAsync(request, stream);

    /// <summary>Lets waiting calls leave for shards that have room, the longest waiting first.</summary>
    public void MoveQueued(ShardRoom[] room)
    {
        _targets.Clear();
        foreach (var (silo, places) in room)
        {
            for (var i = 0; i < places; i++)
                _targets.Enqueue(silo);
        }

        Apply(_scheduler.MoveQueued(_targets.Count));
    }

    private Failure? Refusal(ToolRequest request) => _failures.Refusal(request, _place.Incarnation, _maxRequestBytes);

    private void Submit(Call call, TimeSpan total, TimeSpan now)
    {
        if (total != CallBudget.Infinite && total < ShortBudget)
            _shortUntil = now + ShortBudget;
        if (_open.TryAdd(call))
            Apply(_scheduler.Submit(call, now));
        else
            call.TryAnswer(ToolReply.Failed(_failures.NoBuffer(call, _services.Buffers)));
    }

    public void Tick()
    {
        _workers.Tick();
        Apply(_scheduler.Tick(Now));
        Streams.Tick();
    }

    /// <summary>Marks workers for replacement: one slot's, or all. Returns how many were marked.</summary>
    public int Recycle(int? slot, RecycleReason reason)
    {
        var marked = 0;
        foreach (var candidate in _scheduler.Slots)
        {
            if ((slot is not null && candidate.Index != slot) || candidate.Current is not { RecycleDue: null } worker)
                continue;
            Apply(_scheduler.Recycle(candidate.Index, worker.Generation, reason, Now));
            marked += worker.RecycleDue is null ? 0 : 1;
        }

        return marked;
    }

    /// <summary>
    /// The age of a slot's worker is due to be looked at. Returns what is left until it has to be replaced; null when there
    /// is nothing to wait for, because it is being replaced or is not ready.
    /// </summary>
    public TimeSpan? LookAtAge(int slot)
    {
        if (slot >= _scheduler.Slots.Count || _scheduler.Slots[slot].Current is not { RecycleDue: null, State: WorkerState.Ready } worker || worker.Limits.Ttl == TimeSpan.MaxValue)
            return null;
        var left = worker.AgeLeft(Now);
        if (left > TimeSpan.Zero)
            return left;
        Apply(_scheduler.Recycle(slot, worker.Generation, RecycleReason.Ttl, Now));
        return null;
    }

    /// <summary>The session is elsewhere now.</summary>
    public void Forget(string session) => _scheduler.Sessions.Forget(session);

    public async Task DrainAsync(TimeSpan limit)
    {
        Apply(_scheduler.Drain());
        var until = Now + limit;
        while ((_scheduler.Running > 0 || _runner.Unanswered > 0 || Streams.HasUnread) && Now < until)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock.Time);
    }

    /// <param name="output">With the last lines of output of workers that failed.</param>
    public ShardReport Report(bool output) => _status.Report(_runner.LateReplies, Streams.Count, output);

    public ShardPulse Pulse() => _status.Pulse();

    public PoolTerms Terms() => _status.Terms();

    /// <summary>The token fires on any thread; the scheduler hears of it in a turn.</summary>
    private void EndWith(Call call, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.Register(
            () => _tasks.Own(Task.Factory.StartNew(() => GiveUp(call), CancellationToken.None, TaskCreationOptions.None, _turns)));
        call.Reply.ContinueWith(
            static (_, registration) => ((CancellationTokenRegistration)registration!).Dispose(), registration, TaskScheduler.Default);
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
        try
        {
            while (_decisions.TryDequeue(out var decision))
                ApplyOrReport(decision);
        }
        finally
        {
            _applying = false;
            _hasRoom = _scheduler.HasRoom;
        }
    }

    /// <summary>A decision that cannot be carried out is a bug. It must cost one call, not the shard.</summary>
    private void ApplyOrReport(Decision decision)
    {
        try
        {
            Apply(decision);
        }
        catch (Exception error)
        {
            PoolLog.Broken(_services.Logger, error, _place.Id);
            if (decision.Ticket is Call call)
                _runner.Break(call, error);
        }
    }

    private void Apply(Decision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Dispatch:
                _tasks.Own(_runner.RunAsync((Call)decision.Ticket!, decision.Slot!.Index, decision.Generation));
                break;
            case DecisionKind.Move:
                Answer(decision, call => _failures.Moved(call, _targets.Dequeue(), Now));
                break;
            case DecisionKind.Reject:
                Answer(decision, call => _failures.Rejected(decision.Reason, call, _scheduler, Now));
                break;
            case DecisionKind.Expire:
                Answer(decision, call => _failures.Expired(call, decision.Reason, _scheduler, Now));
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
            case DecisionKind.Lose: // the worker itself answers every call it had, and knows better which of them it had begun
                break;
            case DecisionKind.StartWorker:
                _workers.Start(decision.Slot!.Index, decision.Generation);
                break;
            case DecisionKind.StopWorker:
                _workers.Stop(decision.Slot!, decision.Generation);
                break;
            case DecisionKind.DumpStacks:
                WorkerOf(decision)?.DumpStacks();
                break;
            case DecisionKind.KillWorker:
                WorkerOf(decision)?.Kill($"tool '{((Call)decision.Ticket!).Request.Tool}' did not stop after its call had ended");
                break;
            default:
                throw new InvalidOperationException($"Unknown decision {decision.Kind}.");
        }
    }

    private IWorker? WorkerOf(Decision decision) => _workers.Find(decision.Slot!.Index, decision.Generation);

    private static void Answer(Decision decision, Func<Call, Failure> failure) =>
        ((Call)decision.Ticket!).TryAnswer(ToolReply.Failed(failure((Call)decision.Ticket!)));

    private void Stop(Decision decision, StopReason reason)
    {
        var call = (Call)decision.Ticket!;
        WorkerOf(decision)?.Cancel(call.Id, call.Request.Attempt, reason);
    }
}
