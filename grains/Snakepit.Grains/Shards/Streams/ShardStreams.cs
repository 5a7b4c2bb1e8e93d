using Snakepit.Core.Streams;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;

namespace Snakepit.Grains.Shards.Streams;

/// <summary>
/// The streams of a shard and their readers: hands items out when they are asked for, and gives up a reader that stays away.
/// Runs in the turns of the shard's activation.
/// </summary>
internal sealed class ShardStreams(
    ShardClock clock, TimeoutPlan plan, ShardFailures failures, Func<ulong> nextId, Action<Call, TimeSpan, TimeSpan> submit, Action<Call> cancel)
{
    private readonly TimeSpan _patience = CallBudget.Until(TimeSpan.Zero, plan.StreamReaderTimeout.Value);
    private readonly Dictionary<Guid, StreamCall> _streams = [];

    /// <summary>Streams that were given up: what their readers are told should they come back, and nothing of what they were sent.</summary>
    private readonly Dictionary<Guid, (StreamPace Pace, Failure Failure)> _left = [];

    /// <summary>Streams with a reader.</summary>
    public int Count => _streams.Count;

    /// <summary>A reader has not been told yet how its stream ended.</summary>
    public bool HasUnread => _streams.Values.Any(stream => stream.Latest is not { End: not null });

    /// <summary>Begins a stream, unless there is one of that name already, and answers its reader's first question.</summary>
    public Task<StreamBatch> OpenAsync(ToolRequest request, Guid stream)
    {
        if (!_streams.ContainsKey(stream) && !_left.ContainsKey(stream))
        {
            var now = clock.Now;
            if (request.OwnBudget)
                request = request with { Budget = plan.Allowed(request.Budget, CallType.ExecuteStream) };
            var limits = plan.StreamLimits(request.Budget, request.OwnBudget);
            var call = new StreamCall(nextId(), request, new StreamPace(_patience, now))
            {
                Session = request.SessionId,
                MayWait = request.MayWait,
                MayMove = request.MayMove,
                QueueUntil = CallBudget.Until(now, limits.Queue),
                RunLimit = CallBudget.Until(TimeSpan.Zero, limits.Run),
                Deadline = CallBudget.Until(now, limits.Rpc),
                AnswerBy = CallBudget.Until(now, limits.WorkerCall),
            };
            _streams.Add(stream, call);
            submit(call, limits.Total, now);
        }

        return ReadAsync(stream, 0);
    }

    public Task<StreamBatch> ReadAsync(Guid stream, long have)
    {
        if (!_streams.TryGetValue(stream, out var call))
            return Task.FromResult(StreamBatch.Failed(have, _left.TryGetValue(stream, out var left) ? left.Failure : failures.StreamLost()));
        return call.Pace.Asked(have, clock.Now) switch
        {
            StreamQuestion.Next => NextAsync(call, have),
            StreamQuestion.Again => Task.FromResult(Again(call)),
            StreamQuestion.Wrong => Task.FromResult(StreamBatch.Failed(have, failures.WrongQuestion(call, call.Pace, have))),
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
        _left.Remove(stream);
        if (!_streams.Remove(stream, out var call))
            return;
        GiveUp(call, failures.Cancelled(call, clock.Now));
        call.Waiting?.TrySetResult();
    }

    /// <summary>Some client has lost its connection. Whoever waits here is answered with nothing; if it lives, it asks anew at once.</summary>
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
        if (_streams.Count == 0 && _left.Count == 0)
            return;
        var now = clock.Now;
        foreach (var (id, call) in _streams)
        {
            if (call.Pace.WaitIsOver(now))
                call.Waiting?.TrySetResult();
            else if (call.Pace.Leaves(now))
                Leave(id, call, failures.ReaderGone(call, call.Pace, now));
            else if (call.Pace.IsForgotten(now))
                _streams.Remove(id);
        }

        foreach (var (id, left) in _left)
        {
            if (left.Pace.IsForgotten(now))
                _left.Remove(id);
        }
    }

    private void Leave(Guid stream, StreamCall call, Failure failure)
    {
        _streams.Remove(stream);
        _left.Add(stream, (call.Pace, failure));
        GiveUp(call, failure);
    }

    private void GiveUp(StreamCall call, Failure failure)
    {
        if (call.Reply.IsCompleted)
            return;
        cancel(call);
        call.TryAnswer(ToolReply.Failed(failure));
    }

    private StreamBatch Again(StreamCall call)
    {
        return Answered(call, call.Latest!, 0);
    }

    private async Task<StreamBatch> NextAsync(StreamCall call, long have)
    {
        call.Waiting?.TrySetResult(); // its answer would be lost: the reader asks anew
        var question = call.Waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await call.UntilSomethingAsync(question.Task);
        if (call.Waiting != question)
            return new StreamBatch { First = have };
        call.Waiting = null;
        var batch = call.Collect(have);
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
