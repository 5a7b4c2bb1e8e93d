using System.Collections.Concurrent;
using System.Text;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Supervision;

namespace Snakepit.Grains.Tests;

/// <summary>The far end without Python: answers with the worker's own name, waits at gates, dies on command.</summary>
internal sealed class FakeWorkers : IWorkerHost
{
    public ConcurrentDictionary<string, FakeWorker> Living { get; } = new();

    /// <summary>Starts of this pool fail with this reason.</summary>
    public ConcurrentDictionary<string, string> Failing { get; } = new();

    /// <summary>The next start of this pool ends with an error that nobody has thought of.</summary>
    public ConcurrentDictionary<string, Exception> Breaking { get; } = new();

    public bool Stopped { get; private set; }

    /// <summary>The host has no means for more workers than this.</summary>
    public int Means { get; set; } = int.MaxValue;

    public string? Shortage(int workers) => workers > Means ? $"{workers} are too many." : null;

    /// <summary>Whether the tool <c>wait</c> returns instead of waiting.</summary>
    public bool IsOpen { get; private set; }

    public Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken)
    {
        if (Failing.TryGetValue(spec.Worker.Slot.Shard.Pool, out var reason))
            throw new WorkerStartException(reason, "Traceback: here");
        if (Breaking.TryRemove(spec.Worker.Slot.Shard.Pool, out var error))
            throw error;
        var worker = new FakeWorker(spec, this);
        Living[spec.Worker.ToString()] = worker;
        return Task.FromResult<IWorker>(worker);
    }

    public void Open()
    {
        IsOpen = true;
        foreach (var worker in Living.Values)
            worker.Release();
    }

    public void Close() => IsOpen = false;

    public Task StopAllAsync()
    {
        Stopped = true;
        return Task.WhenAll(Living.Values.Select(worker => worker.StopAsync(TimeSpan.Zero, "the silo stops")));
    }
}

internal sealed class FakeWorker(WorkerSpec spec, FakeWorkers host) : IWorker
{
    private readonly TaskCompletionSource<WorkerExit> _released = new();
    private readonly TaskCompletionSource<WorkerExit> _linkClosed = new();
    private readonly ConcurrentDictionary<ulong, FakeStream> _streams = new();
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource<ToolReply>> _waiting = new();

    public WorkerFacts Facts { get; } = new()
    {
        Pid = 1000 + spec.Worker.Slot.Slot,
        PythonVersion = "3.99",
        BridgeVersion = "0",
        Tools = [new() { Name = "who", Signature = "() -> str" }, new() { Name = "wait" }],
        Capacity = spec.Capacity,
    };

    public Task<WorkerExit> Released => _released.Task;

    public Task<WorkerExit> LinkClosed => _linkClosed.Task;

    public long LateReplies => 0;

    public OutputCounts Output => default;

    public Task<bool> PingAsync(TimeSpan limit) => Task.FromResult(true);

    public Task<ProcessView?> LookAsync(bool fresh)
    {
        Interlocked.Increment(ref _looks);
        return IsHidden
            ? throw new IOException("nobody can look")
            : Task.FromResult<ProcessView?>(new ProcessView(false, TimeSpan.Zero, 1, 1));
    }

    private int _looks;

    /// <summary>Nobody can look at it.</summary>
    public bool IsHidden { get; set; }

    public int Looks => Volatile.Read(ref _looks);

    private readonly TaskCompletionSource<string> _recycleAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> RecycleAsked => _recycleAsked.Task;

    public int Waiting => _waiting.Count;

    public ConcurrentQueue<(ulong Request, StopReason Reason)> Cancels { get; } = new();

    public long ProgressedAt => 0;

    /// <summary>Where the tool <c>wait</c> reports to; null when it does not run.</summary>
    public IProgress<ToolProgress>? Progress { get; private set; }

    public ValueTask<ToolReply> ExecuteAsync(
        ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress)
    {
        if (request.Tool == "break")
            throw new InvalidOperationException("a mistake of ours");
        if (request.Tool != "wait" || host.IsOpen)
            return new(
                new ToolReply
                {
                    Value = Encoding.UTF8.GetBytes($"\"{spec.Worker}\""),
                    Slot = spec.Worker.Slot.Slot,
                    Generation = spec.Worker.Generation,
                });
        var waiting = new TaskCompletionSource<ToolReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[requestId] = waiting;
        Progress = progress;
        return new(waiting.Task);
    }

    /// <summary>Streams by their tool's name, for the test to feed.</summary>
    public ConcurrentDictionary<string, FakeStream> Streams { get; } = new();

    public IWorkerStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress)
    {
        var stream = new FakeStream();
        _streams[requestId] = Streams[request.Tool] = stream;
        return stream;
    }

    /// <summary>Cancelling throws, which it never should.</summary>
    public bool CancelBreaks { get; set; }

    public void Cancel(ulong requestId, int attempt, StopReason reason)
    {
        if (CancelBreaks)
            throw new InvalidOperationException("a mistake of ours");
        Cancels.Enqueue((requestId, reason));
        if (_streams.TryRemove(requestId, out var stream))
            stream.Fail(SnakepitErrorCode.Cancelled, "cancelled");
        if (_waiting.TryRemove(requestId, out var waiting))
            waiting.SetResult(
                ToolReply.Failed(new Failure { Code = SnakepitErrorCode.Cancelled, Message = "cancelled", Outcome = Outcome.MaybeRan }));
    }

    public void Release()
    {
        foreach (var (id, waiting) in _waiting)
        {
            _waiting.TryRemove(id, out _);
            waiting.SetResult(new ToolReply { Value = "true"u8.ToArray() });
        }
    }

    public void DumpStacks()
    {
    }

    /// <summary>What its threads do; null when it does not answer.</summary>
    public string? Stacks { get; set; } = $"the stacks of {spec.Worker}";

    public Task<string?> StacksAsync(TimeSpan limit) => Task.FromResult(Stacks);

    public Task StopAsync(TimeSpan grace, string reason)
    {
        End(new WorkerExit(0, null, true, "exited with code 0"));
        return Task.CompletedTask;
    }

    public void Kill(string reason) => End(new WorkerExit(137, 9, false, $"ended by SIGKILL, because {reason}"));

    /// <summary>Serves nobody any more; its process lives on until it is told to stop.</summary>
    public void Leave(string reason) => Lose(new WorkerExit(null, null, false, reason) { Kind = WorkerExitKind.CleanExit });

    private void End(WorkerExit exit)
    {
        Lose(exit);
        _released.TrySetResult(exit);
    }

    private void Lose(WorkerExit exit)
    {
        foreach (var waiting in _waiting.Values)
            waiting.TrySetResult(
                ToolReply.Failed(
                    new Failure { Code = SnakepitErrorCode.WorkerExited, Message = exit.Description, Outcome = Outcome.MaybeRan }));
        _waiting.Clear();
        foreach (var stream in _streams.Values)
            stream.Fail(SnakepitErrorCode.WorkerExited, exit.Description);
        _linkClosed.TrySetResult(exit);
    }
}
