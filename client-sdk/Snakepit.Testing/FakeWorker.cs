using System.Collections.Concurrent;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Testing;

/// <summary>A worker without a process. Its calls run on the thread pool.</summary>
internal sealed class FakeWorker(WorkerSpec spec, TestPool pool, int pid, TimeProvider time) : IWorker
{
    private const int SegmentationFault = 11;

    private readonly TaskCompletionSource<WorkerExit> _linkClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WorkerExit> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<ulong, FakeCall> _running = new();

    public WorkerFacts Facts { get; } = new()
    {
        Pid = pid,
        PythonVersion = "0.0 (fake)",
        BridgeVersion = "fake",
        Tools = [.. pool.ToolNames.Select(tool => new ToolDescription { Name = tool })],
        IdempotentTools = pool.IdempotentTools,
        Capacity = spec.Capacity,
    };

    public Task<WorkerExit> LinkClosed => _linkClosed.Task;

    public Task<WorkerExit> Released => _released.Task;

    public long ProgressedAt { get; private set; }

    public long LateReplies => 0;

    public OutputCounts Output => default;

    /// <summary>Never asks for a fresh process.</summary>
    public Task<string> RecycleAsked { get; } = new TaskCompletionSource<string>().Task;

    public ValueTask<ToolReply> ExecuteAsync(
        ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress = null) =>
        new(Begin(requestId, request, progress, isStream: false).End);

    public IWorkerStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress = null) =>
        Begin(requestId, request, progress, isStream: true);

    public Task<bool> PingAsync(TimeSpan limit) => Task.FromResult(true);

    public Task<ProcessView?> LookAsync(bool fresh = false) =>
        Task.FromResult<ProcessView?>(new ProcessView(Stopped: false, TimeSpan.Zero, RssBytes: 1, Processes: 1));

    public void Cancel(ulong requestId, int attempt, StopReason reason)
    {
        if (_running.TryGetValue(requestId, out var call))
            call.Cancel();
    }

    public void DumpStacks()
    {
    }

    public Task<string?> StacksAsync(TimeSpan limit) => Task.FromResult<string?>(null);

    public Task StopAsync(TimeSpan grace, string reason)
    {
        End(new WorkerExit(0, null, Expected: true, "exited with code 0"));
        return Task.CompletedTask;
    }

    public void Kill(string reason) => End(
        new WorkerExit(null, 9, Expected: false, $"ended by SIGKILL, because {reason}") { Kind = WorkerExitKind.KilledBySilo });

    /// <summary>Ends as C code does that reads where there is nothing.</summary>
    public void Crash() => End(
        new WorkerExit(null, SegmentationFault, Expected: false, "ended by SIGSEGV") { Kind = WorkerExitKind.Segfault });

    private FakeCall Begin(ulong requestId, ToolRequest request, IProgress<ToolProgress>? progress, bool isStream)
    {
        var call = new FakeCall(spec.Worker, pid, request, isStream, time);
        _running[requestId] = call;
        _ = call.End.ContinueWith(_ => _running.TryRemove(requestId, out FakeCall? _), TaskScheduler.Default);
        // Looked at after the call has been added: a crash that comes now finds the call there, and one that came before is seen here.
        if (_linkClosed.Task.IsCompletedSuccessfully)
        {
            call.Lose(_linkClosed.Task.Result.Description, Outcome.NotStarted);
            return call;
        }

        var fault = pool.NextFault(request.Tool);
        if (fault?.Kind == ToolFaultKind.Crash)
        {
            Crash();
            pool.Count(request.Tool);
        }
        else
        {
            call.Start(pool, fault, progress is null ? null : new Seen(this, progress));
        }

        return call;
    }

    private void End(WorkerExit exit)
    {
        pool.Living.TryRemove(this, out _);
        _linkClosed.TrySetResult(exit);
        foreach (var call in _running.Values)
            call.Lose(exit.Description, Outcome.MaybeRan);
        _released.TrySetResult(exit);
    }

    /// <summary>Progress is a sign of life.</summary>
    private sealed class Seen(FakeWorker worker, IProgress<ToolProgress> progress) : IProgress<ToolProgress>
    {
        public void Report(ToolProgress value)
        {
            worker.ProgressedAt = worker.Now;
            progress.Report(value);
        }
    }

    private long Now => time.GetTimestamp();
}
