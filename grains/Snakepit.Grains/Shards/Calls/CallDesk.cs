using Snakepit.Core.Failures;
using Snakepit.Core.Telemetry;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Telemetry;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>Where a shard takes calls in, and takes their callers' word that they gave up. Runs in the turns of the shard.</summary>
internal sealed class CallDesk(ShardCore core, ShardFailures failures) : ICallDesk
{
    private static readonly TimeSpan ShortBudget = TimeSpan.FromSeconds(1);

    /// <summary>A client that waits for its call to be called up gets an answer after that time at the latest.</summary>
    private static readonly TimeSpan CallUpWait = TimeSpan.FromSeconds(10);

    private readonly OpenCalls _open = new(core);
    private ulong _requests;
    private TimeSpan _shortUntil;

    /// <summary>Calls with less than <see cref="ShortBudget"/> have come lately, so deadlines have to be looked at more often.</summary>
    public bool HasShortBudgets => core.Now < _shortUntil;

    /// <summary>A call that waits or runs; null when there is no such call.</summary>
    public Call? Find(Guid call) => _open.Find(call);

    /// <summary>
    /// <inheritdoc cref="OpenCalls.AnswerOrWithdraw"/> A call that is held may begin: its client asks because it does not know that.
    /// </summary>
    public (Task<ToolReply>? Answer, TimeSpan UnknownFor) AnswerOrWithdraw(ResumeRequest request)
    {
        Release(request.CallId);
        return _open.AnswerOrWithdraw(request);
    }

    /// <summary>How it stands with a call that is held; waits for news.</summary>
    public async Task<HeldReply> AwaitCallUpAsync(Guid name)
    {
        if (_open.AnswerOf(name) is not { } answer)
            return new HeldReply(HeldState.Unknown);
        if (_open.Find(name) is { } call)
        {
            call.AskedAt = core.Now;
            Task news = Task.WhenAny(call.CalledUp, answer).WaitAsync(CallUpWait, core.Clock.Time, CancellationToken.None);
            await news.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            call.AskedAt = core.Now;
            if (!answer.IsCompleted)
                return new HeldReply(call.CalledUp.IsCompleted ? HeldState.CalledUp : HeldState.Waiting);
        }

        return new HeldReply(HeldState.Ended, await answer);
    }

    /// <summary>The call's client wants no answer any more; nothing happens when no such call waits or runs.</summary>
    public void GiveUp(Guid name)
    {
        if (_open.Find(name) is { } call)
            GiveUp(call);
    }

    /// <summary>The word of a client that its call may begin; the answer of the call.</summary>
    public Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken)
    {
        if (_open.AnswerOf(request.CallId) is not { } answer)
            return Task.FromResult(ToolReply.Failed(failures.Forgotten()));
        if (Release(request.CallId) is { } call && cancellationToken.CanBeCanceled && !answer.IsCompleted)
            EndWith(call, cancellationToken);
        return answer;
    }

    /// <inheritdoc cref="OpenCalls.Tick"/>
    public void Tick() => _open.Tick();

    /// <summary>What can be said against a request before anything of it is accepted; null for nothing.</summary>
    public Failure? Refusal(ToolRequest request)
    {
        var refusal = failures.Refusal(request, core.Place.Incarnation, core.Settings.MaxRequestBytes);
        if (refusal is not null)
            Tell(request, refusal);
        return refusal;
    }

    /// <summary>Runs a tool. Never throws for what can go wrong with a call: the reply carries a result or a failure.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="isLocal">The caller is in this process: the answer cannot be lost on its way, so it is not kept.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    public Task<ToolReply> ExecuteAsync(ToolRequest request, bool isLocal, CancellationToken cancellationToken)
    {
        if (_open.Find(request.CallId) is { } twin)
            return twin.FirstAnswer; // the transport has delivered it twice
        if (_open.AnswerOf(request.CallId) is { } answer)
            return answer;
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
            Trace = CallTrace.Begin(request, core.Place.Id.Pool),
            Kind = request.Tool,
            Session = request.SessionId,
            MayWait = request.MayWait,
            MayMove = request.MayMove,
            MayHold = request.MayHold && !isLocal,
            QueueUntil = CallBudget.Until(now, limits.Queue),
            Deadline = CallBudget.Until(now, limits.Rpc),
            AnswerBy = CallBudget.Until(now, limits.WorkerCall),
        };
        Submit(call, limits.Total, now);
        if (cancellationToken.CanBeCanceled && !call.Reply.IsCompleted)
            EndWith(call, cancellationToken);
        return call.FirstAnswer;
    }

    public ulong NextId() => ++_requests;

    public void Submit(Call call, TimeSpan total, TimeSpan now)
    {
        if (total != CallBudget.Infinite && total < ShortBudget)
            _shortUntil = now + ShortBudget;
        if (_open.TryAdd(call))
            core.Engine.Apply(core.Scheduler.Submit(call, now));
        else
            Refuse(call, failures.NoBuffer(call.Request, core.Services.Buffers));
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

    /// <summary>The call's client gives its word; null when no such call waits or runs.</summary>
    private Call? Release(Guid name)
    {
        if (_open.Find(name) is not { } call)
            return null;
        core.Engine.Apply(core.Scheduler.Release(call, core.Now));
        return call;
    }

    private void Refuse(Call call, Failure failure)
    {
        call.TryAnswer(ToolReply.Failed(failure));
        Tell(call.Request, failure, call.IsStream);
    }

    /// <summary>A call of which nothing was accepted has ended.</summary>
    private void Tell(ToolRequest request, Failure failure, bool isStream = false)
    {
        var observer = core.Place.Observer;
        if (observer.HearsCalls)
            observer.Answered(new AnsweredCall(request, ToolReply.Failed(failure), TimeSpan.Zero, TimeSpan.Zero, isStream));
    }

    private void GiveUp(Call call)
    {
        Cancel(call);
        call.TryAnswer(ToolReply.Failed(failures.Cancelled(call.Facts, core.Now)));
    }
}
