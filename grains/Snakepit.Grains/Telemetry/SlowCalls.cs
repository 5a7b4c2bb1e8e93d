using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Core.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// Warns of calls that took longer than a threshold, and says where their time went. Streams may take as long as they like.
/// </summary>
internal sealed class SlowCalls(ShardId shard, TimeSpan threshold, ILogger logger) : IShardObserver
{
    /// <inheritdoc/>
    public bool HearsCalls => true;

    /// <inheritdoc/>
    public void Answered(in AnsweredCall call)
    {
        if (call.IsStream || call.Duration < threshold || call.GoesElsewhere)
            return;
        var (reply, times) = (call.Reply, call.Reply.Times);
        PoolLog.SlowCall(
            logger,
            TerminalText.Line(call.Request.Tool),
            reply.Slot < 0 ? $"{shard}" : $"{new WorkerId(new SlotId(shard, reply.Slot), reply.Generation)}",
            call.Duration.TotalSeconds,
            threshold.TotalSeconds,
            FormattableString.Invariant(
                $"queue {call.QueueWait.TotalSeconds:0.###} s, dispatch {times.Dispatch.TotalSeconds:0.###} s, ")
            + FormattableString.Invariant($"Python {times.Python.TotalSeconds:0.###} s, return {times.Return.TotalSeconds:0.###} s"),
            reply.Failure is { } failure ? $"failed: {TelemetryTags.Word(failure.Code)}" : "succeeded",
            TerminalText.Line(call.Request.CorrelationId ?? "none"));
    }

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items)
    {
    }

    /// <inheritdoc/>
    public void Happened(ShardEvent what)
    {
    }
}
