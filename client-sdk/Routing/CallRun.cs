using System.Diagnostics;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client.Routing;

/// <summary>What the application calls.</summary>
/// <param name="Tool">Name of the tool.</param>
/// <param name="Arguments">UTF-8 JSON object.</param>
/// <param name="Options">The call's options.</param>
/// <param name="IsStream">Its items are read one by one.</param>
internal sealed record ToolCall(string Tool, byte[] Arguments, ToolCallOptions Options, bool IsStream);

/// <summary>One call or stream from its beginning to its end, over all its tries. Not thread-safe.</summary>
internal sealed class CallRun : IDisposable
{
    private static readonly ActivitySource Activities = new(SnakepitTelemetry.SourceName);

    private readonly TimeProvider _time;
    private readonly Activity? _activity;
    private readonly long _began;
    private Activity? _retry;

    /// <summary>The call begins now.</summary>
    public CallRun(ToolCall call, SnakepitClientOptions options, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        _activity = Activities.StartActivity(call.IsStream ? "snakepit.stream" : "snakepit.execute", ActivityKind.Client);
        Call = call;
        Pool = call.Options.Pool ?? options.DefaultPool;
        OwnBudget = call.Options.Timeout ?? options.DefaultTimeout;
        _activity?.SetTag("snakepit.pool", Pool).SetTag("snakepit.tool", call.Tool);
        var what = call.IsStream ? $"the stream of tool '{call.Tool}'" : $"tool '{call.Tool}'";
        Tries = new RetryState(call.Tool, what, OwnBudget, call.Options.SessionId, call.Options.Idempotent, options.MaxAttempts);
    }

    /// <summary>What is called.</summary>
    public ToolCall Call { get; }

    /// <summary>Name of the pool.</summary>
    public string Pool { get; }

    /// <summary>The budget that the caller or the client's options give; null for the pool's own.</summary>
    public TimeSpan? OwnBudget { get; }

    /// <summary>Its tries so far.</summary>
    public RetryState Tries { get; }

    /// <summary>Time since it began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_began);

    /// <summary>The budget that the pool gives the call when neither its caller nor the client's options do.</summary>
    public TimeSpan PoolBudget(PoolTerms terms)
    {
        if (Call.IsStream)
            return terms.StreamTimeout;
        return terms.ToolBudgets.TryGetValue(Call.Tool, out var budget) ? budget : terms.RequestTimeout;
    }

    /// <summary>W3C trace context of the present try; null when the call is not traced here.</summary>
    public string? TraceParent => (_retry ?? _activity)?.Id;

    /// <summary>
    /// Another try follows one that failed. It is a span below that of the call; a call that succeeds at once has one span.
    /// </summary>
    public void Retry(Failure failure)
    {
        ClientMeter.Retried(Pool, failure);
        _retry?.Dispose();
        _retry = null;
        if (_activity is null)
            return;
        _retry = Activities.StartActivity("snakepit.retry", ActivityKind.Client, _activity.Context);
        _retry?.SetTag("snakepit.attempt", Tries.Attempt + 1).SetTag("snakepit.retry.cause", failure.Code.ToWire());
    }

    /// <summary>A failure of its last try, or before it, as the error of the whole call.</summary>
    /// <param name="failure">What happened; its outcome is that of the last try.</param>
    /// <param name="cause">The exception that it follows from, if there is one.</param>
    public SnakepitException Error(Failure failure, Exception? cause = null)
    {
        _retry?.SetStatus(ActivityStatusCode.Error, failure.Message);
        _activity?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.Code.ToWire());
        return new SnakepitException(
            failure with { Outcome = Tries.Whole(failure.Outcome), Elapsed = failure.Elapsed.WithClient(Elapsed) }, cause);
    }

    /// <summary>Ends its spans.</summary>
    public void Dispose()
    {
        _retry?.Dispose();
        _activity?.Dispose();
    }
}
