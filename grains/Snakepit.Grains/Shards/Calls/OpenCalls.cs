using Snakepit.Core.Scheduling;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>
/// The calls of a shard that wait or run: their bytes, which the silo's budget counts, the names that their callers gave them, and their
/// answers, for a moment.
/// </summary>
internal sealed class OpenCalls
{
    private readonly ShardCore _core;
    private readonly ByteBudget _buffers;
    private readonly Dictionary<Guid, Call> _named = [];
    private readonly RecentAnswers _recent;
    private readonly WithdrawnCalls _withdrawn = new();
    private readonly Action<Call> _answered;

    public OpenCalls(ShardCore core)
    {
        _core = core;
        _buffers = core.Services.Buffers;
        _recent = new RecentAnswers(core.Now);
        _answered = Answered;
    }

    /// <summary>Takes a call until it has its answer; false when the silo has no room for its bytes.</summary>
    public bool TryAdd(Call call)
    {
        if (!_buffers.TryHold(call.Request.PayloadBytes))
            return false;
        if (call.Request.CallId != Guid.Empty)
            _named.Add(call.Request.CallId, call);
        call.Answered = _answered;
        return true;
    }

    /// <summary>Null when no call of that name waits or runs.</summary>
    public Call? Find(Guid name) => _named.GetValueOrDefault(name);

    /// <summary>The answer of a call that waits or runs, or had its answer a moment ago; null when there is none.</summary>
    public Task<ToolReply>? AnswerOf(Guid name) =>
        Find(name)?.Reply ?? (_recent.Find(name) is { } answer ? Task.FromResult(answer) : null);

    /// <summary>The client has taken it back before it came.</summary>
    public bool IsWithdrawn(Guid name) => _withdrawn.Has(name);

    /// <summary>
    /// What a client gets that asks for the answer of a call again. Without an answer the call is withdrawn, and <c>UnknownFor</c> says
    /// as <see cref="ResumeReply.UnknownFor"/> does how surely it has not run.
    /// </summary>
    public (Task<ToolReply>? Answer, TimeSpan UnknownFor) AnswerOrWithdraw(ResumeRequest request)
    {
        var now = _core.Now;
        if (AnswerOf(request.CallId) is { } answer)
            return (answer, TimeSpan.Zero);
        if (request.CallId == Guid.Empty)
            return (null, TimeSpan.Zero); // no call's name: withdrawn, it would be that of others too
        return (null, _withdrawn.TryAdd(request.CallId, request.Budget, now) ? now - _recent.CompleteSince : TimeSpan.Zero);
    }

    /// <summary>Forgets what has been kept long enough.</summary>
    public void Tick()
    {
        _recent.Tick(_core.Now);
        _withdrawn.Tick(_core.Now);
    }

    private void Answered(Call call)
    {
        _buffers.Release(call.Request.PayloadBytes);
        if (_named.Remove(call.Request.CallId) && !call.IsLocal)
            _recent.Add(call.Request.CallId, call.Reply.Result, _core.Now);
        if (_core.Place.Observer.HearsCalls)
            Tell(call);
    }

    private void Tell(Call call)
    {
        var now = _core.Now;
        var began = call.DispatchedAt == TimeSpan.Zero ? now : call.DispatchedAt;
        call.Trace.Tell(_core.Place.Observer, new AnsweredCall(
            call.Request, call.Reply.Result, began - call.SubmittedAt, now - call.SubmittedAt, call.IsStream));
    }
}
