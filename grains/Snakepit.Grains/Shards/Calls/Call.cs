using Snakepit.Core.Failures;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Execution;
using Snakepit.Grains.Telemetry;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>A ticket with its caller.</summary>
internal class Call(ulong id, ToolRequest request) : Ticket, IProgress<ToolProgress>
{
    private ProgressTrail? _trail; // of the few calls whose tools report progress, or whose callers ask

    // Completed inside the shard's turns: its caller's code must not run in them, and an exception of it must not end them.
    private readonly TaskCompletionSource<ToolReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource<ToolReply>? _first; // of the few calls that wait and may be held
    private TaskCompletionSource? _calledUp; // of those that are

    public ulong Id { get; } = id;

    public ToolRequest Request { get; } = request;

    /// <summary>Its caller is in this process.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The request as its worker gets it.</summary>
    protected ToolRequest Order => Session is null && Trace.TraceParent is null
        ? Request
        : Request with { SessionMoved = SessionMoved, TraceParent = Trace.TraceParent ?? Request.TraceParent };

    /// <summary>Its span in this shard.</summary>
    public CallTrace Trace { get; init; }

    /// <summary>Its items are read one by one.</summary>
    public virtual bool IsStream => false;

    /// <summary>What messages about it say.</summary>
    public CallFacts Facts => new(Request, this, IsStream);

    public Task<ToolReply> Reply => _reply.Task;

    /// <summary>What its request is answered with: its reply, or before it the news that it is held.</summary>
    public Task<ToolReply> FirstAnswer => !MayHold || State != TicketState.Queued ? Reply
        : _calledUp is not null ? Task.FromResult(ToolReply.Held)
        : (_first ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>It is called up, or not held. Does not end with the call: look at <see cref="Reply"/> too.</summary>
    public Task CalledUp => _calledUp?.Task ?? Task.CompletedTask;

    /// <summary>Tells its client that it begins only on the client's word.</summary>
    public void Hold()
    {
        _calledUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _first?.TrySetResult(ToolReply.Held);
    }

    /// <summary>Asks its client for the word.</summary>
    public void CallUp() => _calledUp?.TrySetResult();

    /// <summary>
    /// Completes when the other shards have been told that this call's session is here now. The reply waits for it. Never faults.
    /// </summary>
    public Task Heard { get; set; } = Task.CompletedTask;

    /// <summary>Sends it to its worker and ends with the worker's answer.</summary>
    public virtual ValueTask<ToolReply> RunAsync(IWorker worker, TimeSpan remaining) => worker.ExecuteAsync(Id, Order, remaining, this);

    private ProgressTrail Trail => LazyInitializer.EnsureInitialized(ref _trail);

    /// <summary>What its tool says while it runs. Called by the worker's link, outside of the shard's turns.</summary>
    void IProgress<ToolProgress>.Report(ToolProgress value) => Trail.Add(value);

    /// <inheritdoc cref="ProgressTrail.NextAsync"/>
    public Task<ProgressStep?> NextProgressAsync(long have, TimeSpan limit, TimeProvider time) =>
        Trail.NextAsync(have, _reply.Task, limit, time);

    /// <summary>Called once, in the shard's turn in which the call gets its answer.</summary>
    public Action<Call>? Answered { get; set; }

    /// <summary>Answers the caller. Only the first answer counts; false for a later one, which is dropped.</summary>
    public bool TryAnswer(ToolReply reply)
    {
        if (!_reply.TrySetResult(reply))
            return false;
        _first?.TrySetResult(reply);
        Answered?.Invoke(this);
        Trace.End(reply);
        return true;
    }
}
