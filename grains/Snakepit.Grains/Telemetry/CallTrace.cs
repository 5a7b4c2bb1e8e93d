using System.Diagnostics;
using Snakepit.Core.Telemetry;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// The span of one call in its shard, a child of the caller's. Its tool sees it as the caller's span, so that what Python traces is below
/// it. It is never the current span of the shard's turns, which serve many calls. Costs a look at one field while nothing listens.
/// </summary>
internal readonly struct CallTrace
{
    private static readonly ActivitySource Source = new(SnakepitTelemetry.SourceName);

    private readonly Activity? _span;

    private CallTrace(Activity? span) => _span = span;

    /// <summary>The call has come.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="pool">The shard's pool.</param>
    public static CallTrace Begin(ToolRequest request, string pool)
    {
        if (!Source.HasListeners())
            return default;
        var before = Activity.Current;
        ActivityContext.TryParse(request.TraceParent, request.TraceState, isRemote: true, out var caller);
        Activity.Current = null; // without a caller's span it begins a trace, and is not a child of whatever runs here
        var span = Source.StartActivity("snakepit.call", ActivityKind.Server, caller);
        span?.SetTag(TelemetryTags.Pool, pool).SetTag(TelemetryTags.Tool, request.Tool);
        if (request.Attempt > 1)
            span?.SetTag("snakepit.attempt", request.Attempt);
        if (request.SessionId is { } session)
            span?.SetTag("snakepit.session.id", session);
        Activity.Current = before;
        return new CallTrace(span);
    }

    /// <summary>W3C trace context for the worker; null when the call is not traced here.</summary>
    public string? TraceParent => _span?.Id;

    /// <summary>A worker has the call.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="queueWait">How long the call has waited.</param>
    public void Dispatched(string worker, TimeSpan queueWait)
    {
        if (_span is not { IsAllDataRequested: true })
            return;
        _span.SetTag("snakepit.worker", worker);
        _span.AddEvent(new ActivityEvent(
            "snakepit.dispatched", tags: new ActivityTagsCollection { ["snakepit.queue_wait"] = queueWait.TotalSeconds }));
    }

    /// <summary>Tells of the call while its span is the current one, so that measurements link to it.</summary>
    public void Tell(Core.Ports.IShardObserver observer, in AnsweredCall call)
    {
        if (_span is null)
        {
            observer.Answered(call);
            return;
        }

        var before = Activity.Current;
        Activity.Current = _span;
        try
        {
            observer.Answered(call);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    /// <summary>The call has its answer.</summary>
    public void End(ToolReply reply)
    {
        if (_span is null)
            return;
        if (_span.IsAllDataRequested)
            Describe(_span, reply);
        var before = Activity.Current;
        _span.Stop();
        Activity.Current = before;
    }

    private static void Describe(Activity span, ToolReply reply)
    {
        if (reply.Times.Python > TimeSpan.Zero)
        {
            span.SetTag("snakepit.stage.dispatch", reply.Times.Dispatch.TotalSeconds);
            span.SetTag("snakepit.stage.python", reply.Times.Python.TotalSeconds);
            span.SetTag("snakepit.stage.return", reply.Times.Return.TotalSeconds);
        }

        if (reply.Failure is not { } failure)
            return;
        span.SetStatus(ActivityStatusCode.Error, failure.Message);
        span.SetTag(TelemetryTags.Error, failure.Code.ToWire()).SetTag(TelemetryTags.Outcome, TelemetryTags.Word(failure.Outcome));
        if (failure.Python is { } python)
        {
            span.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
            {
                ["exception.type"] = python.Type,
                ["exception.message"] = python.Message,
                ["exception.stacktrace"] = python.Traceback,
            }));
        }
    }
}
