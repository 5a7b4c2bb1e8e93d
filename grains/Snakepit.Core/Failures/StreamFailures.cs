using Snakepit.Core.Streams;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Telemetry;

namespace Snakepit.Core.Failures;

/// <summary>What a shard says to the reader of a stream that it cannot serve any more. Immutable, so thread-safe.</summary>
/// <param name="shard">The shard.</param>
/// <param name="plan">Its time-outs.</param>
public sealed class StreamFailures(ShardId shard, TimeoutPlan plan)
{
    /// <summary>The reader has stayed away for too long.</summary>
    public Failure ReaderGone(CallFacts call, StreamPace pace, TimeSpan now) => new()
    {
        Code = SnakepitErrorCode.StreamReaderTimeout,
        Message = $"The reader of the stream of '{call.Tool}' in pool '{shard.Pool}' on silo '{shard.Silo}' had {pace.Handed} "
            + "items and did "
            + $"not ask for more within {Duration.Format(plan.StreamReaderTimeout.Value)} (StreamReaderTimeout), so the tool was stopped.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
        Elapsed = call.Elapsed(now),
    };

    /// <summary>A question about a stream that this shard does not know.</summary>
    public Failure Unknown() => new()
    {
        Code = SnakepitErrorCode.StreamLost,
        Message = $"Pool '{shard.Pool}' on silo '{shard.Silo}' knows nothing of this stream: it was closed, or the silo has been restarted "
            + "meanwhile, or the message that opened it got lost.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
    };

    /// <summary>A reader that has lost count would get items twice or never.</summary>
    public static Failure WrongQuestion(CallFacts call, StreamPace pace, long have) => new()
    {
        Code = SnakepitErrorCode.StreamLost,
        Message = $"The reader of the stream of '{call.Tool}' says that it has {have} items; it can only have {pace.Acknowledged} or "
            + $"{pace.Handed}.",
        Outcome = Outcome.MaybeRan,
        Stage = CallStage.Return,
    };
}
