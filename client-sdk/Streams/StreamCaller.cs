using System.Diagnostics;
using System.Runtime.CompilerServices;
using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Streams;

/// <summary>Reads streams: finds a shard, tries another one as long as no item has come, and keeps one question ahead of its reader.</summary>
internal sealed class StreamCaller(
    IGrainFactory grains,
    SnakepitClientOptions options,
    TimeProvider time,
    Router router)
{
    public async IAsyncEnumerable<ToolResult> ReadAsync(
        string tool, byte[] arguments, ToolCallOptions call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var activity = SnakepitClient.Activities.StartActivity("snakepit.stream", ActivityKind.Client);
        var began = time.GetTimestamp();
        var pool = call.Pool ?? options.DefaultPool;
        activity?.SetTag("snakepit.pool", pool).SetTag("snakepit.tool", tool);
        var own = call.Timeout ?? options.DefaultTimeout;
        var tries = new RetryState(tool, $"the stream of tool '{tool}'", own, call.SessionId, call.Idempotent, options.MaxAttempts);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = await tries.AskAsync(router.ViewAsync(pool, tries.NeedsNewView, own, time.GetElapsedTime(began), cancellationToken)).ConfigureAwait(false);
            var remaining = tries.Begin(known.Terms.StreamTimeout, time.GetElapsedTime(began));
            var (target, mayWait) = router.Pick(known, tries, call.SessionId);
            var shard = target.Shard;
            var request = RequestMaker.Describe(tool, arguments, call) with
            {
                Budget = remaining,
                OwnBudget = own is not null,
                Attempt = tries.Attempt,
                Incarnation = target.Incarnation,
                MayWait = mayWait,
                MayMove = tries.MayMove,
            };
            Router.CheckSize(request, known);
            var inFlight = router.Enter(target, known);
            await using var stream = new ShardStream(shard, grains.GetGrain<IPoolShardGrain>(shard.ToString()), inFlight, request, time, cancellationToken);
            var batch = await stream.OpenAsync().ConfigureAwait(false);
            while (true)
            {
                // Asked before this batch is read, so that the next one is here by then.
                var next = batch.End is null ? stream.ReadAsync(batch.Next) : null;
                foreach (var item in batch.Items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stream.Touch(batch.Patience);
                    yield return Result(item, batch, tool, shard);
                }

                if (next is null)
                    break;
                batch = await next.ConfigureAwait(false);
            }

            if (batch.End!.Failure is not { } failure)
                yield break;
            var elapsed = time.GetElapsedTime(began);
            // After the first item nothing is tried again: its reader would see the beginning twice.
            if (batch.Next > 0 || tries.Failed(failure, shard, known, elapsed) is not { } pause)
            {
                activity?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Code.ToWire());
                throw new SnakepitException(
                    failure with { Outcome = tries.Whole(failure.Outcome), Elapsed = failure.Elapsed.WithClient(elapsed) });
            }

            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ToolResult Result(StreamItem item, StreamBatch batch, string tool, ShardId shard)
    {
        var reply = new ToolReply { Value = item.Value, Attachments = item.Attachments, Slot = batch.Slot, Generation = batch.Generation, Pid = batch.Pid, SessionMoved = batch.SessionMoved };
        return new ToolResult(reply, tool, shard.Pool, shard.Silo, default, options.Json);
    }
}
