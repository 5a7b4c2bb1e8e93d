using System.Diagnostics;
using System.Runtime.CompilerServices;
using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Streams;

/// <summary>Reads streams: finds a shard, tries another one as long as no item has come, and keeps one question ahead of its reader.</summary>
internal sealed class StreamCaller(
    IGrainFactory grains,
    SnakepitClientOptions options,
    TimeProvider time,
    InFlightTable inFlight,
    Func<string, bool, ValueTask<PoolView>> view)
{
    private static readonly HashSet<ShardId> Nothing = [];

    public async IAsyncEnumerable<ToolResult> ReadAsync(
        string tool, byte[] arguments, ToolCallOptions call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var activity = SnakepitClient.Activities.StartActivity("snakepit.stream", ActivityKind.Client);
        var began = time.GetTimestamp();
        var pool = call.Pool ?? options.DefaultPool;
        activity?.SetTag("snakepit.pool", pool).SetTag("snakepit.tool", tool);
        var own = call.Timeout ?? options.DefaultTimeout;
        HashSet<ShardId>? tried = null;
        var crashes = 0;
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = await view(pool, attempt > 1).ConfigureAwait(false);
            var total = own ?? known.StreamTimeout;
            var remaining = total == Timeout.InfiniteTimeSpan ? total : total - time.GetElapsedTime(began);
            if (total != Timeout.InfiniteTimeSpan && remaining <= TimeSpan.Zero)
                throw new SnakepitException(SnakepitErrorCode.DeadlineExceeded, $"The budget of {total.TotalSeconds:0.###} s for the stream of tool '{tool}' was spent before a worker could start it.");

            var shard = ShardChoice.Pick(known.Shards, call.SessionId, options.LocalSilo, tried ?? Nothing, inFlight.Count, Random.Shared.Next);
            var request = RequestMaker.Describe(tool, arguments, call) with { Budget = remaining, OwnBudget = own is not null, Attempt = attempt };
            await using var stream = new ShardStream(shard, grains.GetGrain<IPoolShardGrain>(shard.ToString()), inFlight, request, time, cancellationToken);
            var batch = await stream.OpenAsync().ConfigureAwait(false);
            while (true)
            {
                // Asked before this batch is read, so that the next one is here by then.
                var next = batch.End is null ? stream.ReadAsync(batch.Next) : null;
                foreach (var item in batch.Items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return Result(item, batch, tool, shard);
                }

                if (next is null)
                    break;
                batch = await next.ConfigureAwait(false);
            }

            if (batch.End!.Failure is not { } failure)
                yield break;
            if (RetryRule.AvoidsShard(failure, call.SessionId))
                (tried ??= []).Add(shard);
            crashes += failure is { Code: SnakepitErrorCode.WorkerExited, Outcome: not Outcome.NotStarted } ? 1 : 0;
            var elsewhere = Array.Exists(known.Shards, other => tried?.Contains(other.Shard) != true);
            var idempotent = call.Idempotent || known.IdempotentTools.Contains(tool);
            var pause = RetryRule.Pause(known.Retry, crashes);
            var elapsed = time.GetElapsedTime(began);
            // After the first item nothing is tried again: its reader would see the beginning twice.
            if (batch.Next > 0 || attempt >= options.MaxAttempts || !RetryRule.Allows(failure, known.Retry, idempotent, crashes, elsewhere)
                || (total != Timeout.InfiniteTimeSpan && elapsed + pause >= total))
            {
                activity?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Code.ToWire());
                throw new SnakepitException(failure with { Elapsed = failure.Elapsed.WithClient(elapsed) });
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
