using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Hosting.Events;

/// <summary>Gives what happens to one shard to the hub.</summary>
internal sealed class EventObserver(EventHub hub, ShardId shard) : IShardObserver
{
    /// <inheritdoc/>
    public bool HearsCalls => hub.HearsCalls;

    /// <inheritdoc/>
    public void Answered(in AnsweredCall call)
    {
        if (call.GoesElsewhere)
            return;
        var (request, reply) = (call.Request, call.Reply);
        hub.Publish(new CallExecuted(shard, request.Tool, call.Duration, reply.Times with { Queue = call.QueueWait })
        {
            Worker = reply.Slot < 0 ? null : new WorkerId(new SlotId(shard, reply.Slot), reply.Generation),
            Failure = reply.Failure,
            IsStream = call.IsStream,
            Attempt = request.Attempt,
            SessionId = request.SessionId,
            CorrelationId = request.CorrelationId,
            TraceParent = request.TraceParent,
        });
    }

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items)
    {
        // Too many to tell of; they are counted.
    }

    /// <inheritdoc/>
    public void Happened(ShardEvent what)
    {
        if (hub.Hears)
            hub.Publish(what);
    }
}
