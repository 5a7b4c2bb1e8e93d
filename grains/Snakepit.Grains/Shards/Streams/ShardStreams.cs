using Snakepit.Core.Failures;
using Snakepit.Core.Streams;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Telemetry;

namespace Snakepit.Grains.Shards.Streams;

/// <summary>
/// The streams of a shard and their readers: hands items out when they are asked for, and gives up a reader that stays away.
/// Runs in the turns of the shard.
/// </summary>
internal sealed class ShardStreams(
    ShardPlace place, ShardClock clock, TimeoutPlan plan, ShardFailures calls, ICallDesk desk)
{
    private readonly StreamFailures _failures = new(place.Id, plan);
    private readonly TimeSpan _patience = CallBudget.Until(TimeSpan.Zero, plan.StreamReaderTimeout.Value);
    private readonly Dictionary<Guid, StreamCall> _streams = [];

    /// <summary>
    /// Streams whose readers stayed away: what such a reader is told when it comes back. Nothing is kept of the items that it was sent.
    /// </summary>
    private readonly Dictionary<Guid, (StreamPace Pace, Failure Failure)> _abandoned = [];

    /// <summary>Streams with a reader.</summary>
    public int Count => _streams.Count;

    /// <summary>A reader has not been told yet how its stream ended.</summary>
    public bool HasUnread => _streams.Values.Any(stream => stream.Latest is not { End: not null });

    /// <summary>Null when there is no such stream with a reader.</summary>
    public Call? Find(Guid stream) => _streams.GetValueOrDefault(stream);

    /// <summary>Begins a stream, unless there is one of that name already, and answers its reader's first question.</summary>
    public Task<StreamBatch> OpenAsync(ToolRequest request, Guid stream)
    {
        if (!_streams.ContainsKey(stream) && !_abandoned.ContainsKey(stream))
        {
            var now = clock.Now;
            if (request.OwnBudget)
                request = request with { Budget = plan.Allowed(request.Budget, CallType.ExecuteStream) };
            var limits = plan.StreamLimits(request.Budget, request.OwnBudget);
            var call = new StreamCall(desk.NextId(), request, new StreamPace(_patience, now))
            {
                Trace = CallTrace.Begin(request, place.Id.Pool),
                Session = request.SessionId,
                MayWait = request.MayWait,
                MayMove = request.MayMove,
                QueueUntil = CallBudget.Until(now, limits.Queue),
                RunLimit = CallBudget.Until(TimeSpan.Zero, limits.Run),
                Deadline = CallBudget.Until(now, limits.Rpc),
                AnswerBy = CallBudget.Until(now, limits.WorkerCall),
            };
            _streams.Add(stream, call);
            desk.Submit(call, limits.Total, now);
        }

        return ReadAsync(stream, 0);
    }

    public Task<StreamBatch> ReadAsync(Guid stream, long have)
    {
        if (!_streams.TryGetValue(stream, out var call))
            return Task.FromResult(StreamBatch.Failed(
                have, _abandoned.TryGetValue(stream, out var abandoned) ? abandoned.Failure : _failures.Unknown()));
        return call.Pace.Asked(have, clock.Now) switch
        {
            StreamQuestion.Next => NextAsync(call, have),
            StreamQuestion.Again => Task.FromResult(Again(call)),
            StreamQuestion.Wrong => Task.FromResult(StreamBatch.Failed(have, StreamFailures.WrongQuestion(call.Facts, call.Pace, have))),
            var question => throw new InvalidOperationException($"Unknown question {question}."),
        };
    }

    /// <summary>The reader is busy with what it has.</summary>
    public void Touch(Guid stream)
    {
        if (_streams.TryGetValue(stream, out var call))
            call.Pace.Touched(clock.Now);
    }

    public void Close(Guid stream)
    {
        _abandoned.Remove(stream);
        if (!_streams.Remove(stream, out var call))
            return;
        GiveUp(call, calls.Cancelled(call.Facts, clock.Now));
        call.Waiting?.TrySetResult();
    }

    /// <summary>
    /// Some client has lost its connection. Every waiting question is answered with nothing: a reader that lives asks again at once, and
    /// one that does not ask is gone.
    /// </summary>
    public void Probe()
    {
        foreach (var call in _streams.Values)
        {
            if (call.Pace.Probe())
                call.Waiting?.TrySetResult();
        }
    }

    public void Tick()
    {
        if (_streams.Count == 0 && _abandoned.Count == 0)
            return;
        var now = clock.Now;
        foreach (var (id, call) in _streams)
        {
            if (call.Pace.WaitIsOver(now))
                call.Waiting?.TrySetResult();
            else if (call.Pace.Leaves(now))
                Abandon(id, call, _failures.ReaderGone(call.Facts, call.Pace, now));
            else if (call.Pace.IsForgotten(now))
                _streams.Remove(id);
        }

        foreach (var (id, abandoned) in _abandoned)
        {
            if (abandoned.Pace.IsForgotten(now))
                _abandoned.Remove(id);
        }
    }

    private void Abandon(Guid stream, StreamCall call, Failure failure)
    {
        _streams.Remove(stream);
        _abandoned.Add(stream, (call.Pace, failure));
        GiveUp(call, failure);
    }

    private void GiveUp(StreamCall call, Failure failure)
    {
        if (call.Reply.IsCompleted)
            return;
        desk.Cancel(call);
        call.TryAnswer(ToolReply.Failed(failure));
    }

    private StreamBatch Again(StreamCall call) => Answered(call, call.Latest!, 0);

    private async Task<StreamBatch> NextAsync(StreamCall call, long have)
    {
        call.Waiting?.TrySetResult(); // its answer would be lost: the reader asks anew
        var question = call.Waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await call.UntilSomethingAsync(question.Task);
        if (call.Waiting != question)
            return new StreamBatch { First = have };
        call.Waiting = null;
        var batch = call.Collect(have);
        if (batch.Items.Length > 0)
            place.Observer.ItemsRead(call.Request.Tool, batch.Items.Length);
        return call.Latest = Answered(call, batch, batch.Items.Length);
    }

    private StreamBatch Answered(StreamCall call, StreamBatch batch, int more)
    {
        call.Pace.Answered(more, clock.Now);
        if (batch.End is not null)
            call.Pace.Ended(clock.Now);
        return batch;
    }
}
