using Snakepit.Core.Failures;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>Where a shard takes calls in, and takes their callers' word that they gave up. Runs in the turns of the shard.</summary>
internal sealed class CallDesk(ShardCore core, ShardFailures failures) : ICallDesk
{
    private static readonly TimeSpan ShortBudget = TimeSpan.FromSeconds(1);

    private readonly OpenCalls _open = new(core);
    private ulong _requests;
    private TimeSpan _shortUntil;

    /// <summary>Calls with less than <see cref="ShortBudget"/> have come lately, so deadlines have to be looked at more often.</summary>
    public bool HasShortBudgets => core.Now < _shortUntil;

    /// <summary>A call that waits or runs; null when there is no such call.</summary>
    public Call? Find(Guid call) => _open.Find(call);

    /// <inheritdoc cref="OpenCalls.AnswerOrWithdraw"/>
    public (Task<ToolReply>? Answer, TimeSpan UnknownFor) AnswerOrWithdraw(ResumeRequest request) => _open.AnswerOrWithdraw(request);

    /// <inheritdoc cref="OpenCalls.Tick"/>
    public void Tick() => _open.Tick();

    /// <summary>What can be said against a request before anything of it is accepted; null for nothing.</summary>
    public Failure? Refusal(ToolRequest request) =>
        failures.Refusal(request, core.Place.Incarnation, core.Settings.MaxRequestBytes);

    /// <summary>Runs a tool. Never throws for what can go wrong with a call: the reply carries a result or a failure.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="isLocal">The caller is in this process: the answer cannot be lost on its way, so it is not kept.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    public Task<ToolReply> ExecuteAsync(ToolRequest request, bool isLocal, CancellationToken cancellationToken)
    {
        if (_open.AnswerOf(request.CallId) is { } answer)
            return answer; // the transport has delivered it twice
        if (_open.IsWithdrawn(request.CallId))
            return Task.FromResult(ToolReply.Failed(failures.Withdrawn(request)));
        if (Refusal(request) is { } refusal)
            return Task.FromResult(ToolReply.Failed(refusal));
        var plan = core.Settings.Plan;
        if (request.OwnBudget
            && plan.Allowed(request.Budget, CallType.Execute, request.Tool) is var allowed && allowed != request.Budget)
            request = request with { Budget = allowed };
        var now = core.Now;
        var limits = plan.Limits(request.Budget, request.OwnBudget, request.Tool);
        var call = new Call(NextId(), request)
        {
            IsLocal = isLocal,
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

    public ulong NextId() => ++_requests;

    public void Submit(Call call, TimeSpan total, TimeSpan now)
    {
        if (total != CallBudget.Infinite && total < ShortBudget)
            _shortUntil = now + ShortBudget;
        if (_open.TryAdd(call))
            core.Engine.Apply(core.Scheduler.Submit(call, now));
        else
            call.TryAnswer(ToolReply.Failed(failures.NoBuffer(call.Request, core.Services.Buffers)));
    }

    public void Cancel(Call call) => core.Engine.Apply(core.Scheduler.Cancel(call, core.Now));

    /// <summary>The token fires on any thread; the scheduler hears of it in a turn.</summary>
    private void EndWith(Call call, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.Register(() => core.Tasks.Own(
            Task.Factory.StartNew(() => GiveUp(call), CancellationToken.None, TaskCreationOptions.None, core.Place.Turns)));
        call.Reply.ContinueWith(
            static (_, registration) => ((CancellationTokenRegistration)registration!).Dispose(), registration, TaskScheduler.Default);
    }

    private void GiveUp(Call call)
    {
        Cancel(call);
        call.TryAnswer(ToolReply.Failed(failures.Cancelled(call.Facts, core.Now)));
    }
}
