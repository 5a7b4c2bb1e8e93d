using System.Diagnostics;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Errors;
using Snakepit.Sessions;

namespace Snakepit.Grains.Telemetry;

/// <summary>Measures what one shard does. Costs a look at a few flags per call while nothing listens.</summary>
internal sealed class ShardMeter(PoolMeter meter, string pool) : IShardObserver
{
    private readonly ToolNames _names = new();
    private readonly KeyValuePair<string, object?> _pool = new(TelemetryTags.Pool, pool);
    private readonly Dictionary<string, KeyValuePair<string, object?>> _tools = new(StringComparer.Ordinal);
    private readonly Dictionary<Enum, string> _words = []; // making a word takes longer than all else here
    private HashSet<string> _announced = [];
    private bool _anyName;

    /// <inheritdoc/>
    public bool HearsCalls => meter.HearsCalls;

    /// <inheritdoc/>
    public void Answered(in AnsweredCall call)
    {
        var failure = call.Reply.Failure;
        if (call.GoesElsewhere)
        {
            if (failure!.Code == SnakepitErrorCode.CallMoved)
                meter.Moves.Add(1, _pool);
            return;
        }

        var tool = Tool(call.Request.Tool, Exists(call));
        var tags = new TagList { _pool, tool };
        meter.QueueWait.Record(call.QueueWait.TotalSeconds, _pool);
        var times = call.Reply.Times;
        if (times.Python > TimeSpan.Zero)
        {
            meter.Dispatch.Record(times.Dispatch.TotalSeconds, _pool);
            meter.Python.Record(times.Python.TotalSeconds, tags);
        }

        if (meter.RequestSize.Enabled)
            meter.RequestSize.Record(call.Request.PayloadBytes, _pool);
        if (failure is null && !call.IsStream && meter.ResultSize.Enabled)
            meter.ResultSize.Record(call.ResultBytes, _pool);
        if (call.Reply.SessionMoved != SessionMove.None)
            meter.SessionMoves.Add(1, _pool, new(TelemetryTags.Reason, Word(call.Reply.SessionMoved)));
        if (failure is not null)
            tags.Add(TelemetryTags.Error, Word(failure.Code));
        meter.Duration.Record(call.Duration.TotalSeconds, tags);
        tags.Add(TelemetryTags.Outcome, failure is null ? TelemetryTags.Succeeded : Word(failure.Outcome));
        meter.Calls.Add(1, tags);
    }

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items)
    {
        if (meter.StreamItems.Enabled)
            meter.StreamItems.Add(items, _pool, Tool(tool, exists: true));
    }

    /// <inheritdoc/>
    public void Happened(ShardEvent what)
    {
        switch (what)
        {
            case WorkerStarted:
                meter.Starts.Add(1, _pool);
                break;
            case WorkerReady ready:
                (_announced, _anyName) = (new HashSet<string>(ready.Tools, StringComparer.Ordinal), ready.TakesAnyName);
                meter.StartDuration.Record(ready.Took.TotalSeconds, _pool);
                break;
            case WorkerStartFailed failed:
                meter.StartDuration.Record(failed.Took.TotalSeconds, _pool, new(TelemetryTags.Error, TelemetryTags.StartFailed));
                break;
            case WorkerRecycled recycled:
                meter.Recycles.Add(1, _pool, new(TelemetryTags.Reason, Word(recycled.Reason)));
                break;
            case WorkerExited exited:
                meter.Exits.Add(1, _pool, new(TelemetryTags.ExitKind, Word(exited.Kind)));
                break;
            case WorkerTainted:
                meter.Taints.Add(1, _pool);
                break;
            case WorkerPinged { AnsweredAfter: { } took }:
                meter.Pings.Record(took.TotalSeconds, _pool);
                break;
            case WorkerPinged:
                meter.MissedPings.Add(1, _pool);
                break;
            case PoolStateChanged:
                break; // a gauge has it
            default:
                throw new InvalidOperationException($"Unknown event {what}.");
        }
    }

    /// <summary>
    /// Some worker has this tool: a call that never started, crashed or was stopped is measured under its name, too. A name that only its
    /// caller knows may be in a worker that crashes, so that counts only where the adapter takes any name.
    /// </summary>
    private bool Exists(in AnsweredCall call) =>
        call.HasRun || _announced.Contains(call.Request.Tool) || (_anyName && call.MayHaveRun);

    private KeyValuePair<string, object?> Tool(string tool, bool exists)
    {
        var name = _names.Of(tool, exists);
        return _tools.TryGetValue(name, out var tag) ? tag : _tools[name] = new(TelemetryTags.Tool, name);
    }

    private string Word(Enum value) =>
        _words.TryGetValue(value, out var word) ? word : _words[value] = TelemetryTags.Word(value);
}
