using System.Runtime.CompilerServices;
using Snakepit.Client.Routing;
using Snakepit.Execution;
using Snakepit.Identity;

namespace Snakepit.Client.Streams;

/// <summary>Reads streams, and keeps one question ahead of the reader. Thread-safe.</summary>
internal sealed class StreamCaller(RetryLoop loop, StreamOpener opener, SnakepitClientOptions options, TimeProvider time)
{
    /// <summary>Begins the stream when its reader asks for the first item, and yields the items as they come.</summary>
    public async IAsyncEnumerable<ToolResult> ReadAsync(ToolCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var run = new CallRun(call, options, time);
        var (attempt, opened) = await loop.RunAsync(run, opener, cancellationToken).ConfigureAwait(false);
        await using var stream = opened.Stream;
        var batch = opened.First;
        while (true)
        {
            // Asked before this batch is read, so that the next one is here by then.
            var next = batch.End is null ? stream.ReadAsync(batch.Next) : null;
            foreach (var item in batch.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Touch(batch.Patience);
                yield return Result(item, batch, call.Tool, attempt.Target.Shard);
            }

            if (next is null)
                break;
            batch = await next.ConfigureAwait(false);
        }

        if (batch.End!.Failure is { } failure)
            throw run.Error(failure);
    }

    private ToolResult Result(StreamItem item, StreamBatch batch, string tool, ShardId shard)
    {
        var reply = new ToolReply
        {
            Value = item.Value,
            Attachments = item.Attachments,
            Slot = batch.Slot,
            Generation = batch.Generation,
            Pid = batch.Pid,
            SessionMoved = batch.SessionMoved,
        };
        return new ToolResult(reply, tool, shard.Pool, shard.Silo, default, options.Json);
    }
}
