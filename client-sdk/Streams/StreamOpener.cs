using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Streams;

/// <summary>A stream with its first batch, which has an item or the end.</summary>
internal readonly record struct OpenedStream(ShardStream Stream, StreamBatch First);

/// <summary>
/// Opens a stream on one shard, up to its first item. That is as far as a stream can be tried again: after it, its reader would see the
/// beginning twice. Thread-safe.
/// </summary>
internal sealed class StreamOpener(IGrainFactory grains, Router router, TimeProvider time) : IShardCall<OpenedStream>
{
    /// <inheritdoc/>
    public async Task<OpenedStream> SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var shard = attempt.Target.Shard;
        var grain = grains.GetGrain<IPoolShardGrain>(shard.ToString());
        var inFlight = router.Enter(attempt.Target, attempt.View);
        var stream = new ShardStream(shard, grain, inFlight, attempt.Request, time, cancellationToken);
        var opened = false;
        try
        {
            var answer = new OpenedStream(stream, await stream.OpenAsync(attempt.Progress).ConfigureAwait(false));
            opened = FailureOf(answer) is null;
            return answer;
        }
        finally
        {
            if (!opened)
                await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Failure? FailureOf(OpenedStream answer) => answer.First.Next > 0 ? null : answer.First.End?.Failure;
}
