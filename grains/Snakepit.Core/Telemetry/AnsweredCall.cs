using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Core.Telemetry;

/// <summary>A call or stream that has its answer.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Reply">The answer; its times are those of the shard.</param>
/// <param name="QueueWait">How long it waited for a worker, also when it got none.</param>
/// <param name="Duration">From its coming to its answer.</param>
/// <param name="IsStream">Its items are read one by one.</param>
public readonly record struct AnsweredCall(ToolRequest Request, ToolReply Reply, TimeSpan QueueWait, TimeSpan Duration, bool IsStream)
{
    /// <summary>Its client takes it to another shard, where it counts.</summary>
    public bool GoesElsewhere => Reply.Failure?.Code is SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved;

    /// <summary>Its tool began to run, as far as the shard knows.</summary>
    public bool HasRun => Reply.Failure is null or { Outcome: Outcome.Ran };

    /// <summary>A worker had it when something went wrong, so its tool may have begun to run.</summary>
    public bool MayHaveRun => Reply.Failure is { Outcome: Outcome.MaybeRan };

    /// <summary>Bytes of its result; 0 for a stream, whose items are counted as they are read.</summary>
    public long ResultBytes =>
        (Reply.Value?.LongLength ?? 0) + (Reply.Attachments?.Sum(static attachment => attachment.Content.LongLength) ?? 0);
}
