using Snakepit.Core.Ports;
using Snakepit.Execution;

namespace Snakepit.Bench;

/// <summary>Workers without processes, which answer at once: what a cluster costs is measured beside them.</summary>
internal sealed class FakeWorkers : IWorkerHost
{
    public Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken) =>
        Task.FromResult<IWorker>(new FakeWorker(spec));

    public Task StopAllAsync() => Task.CompletedTask;

    public string? Shortage(int workers) => null;
}

internal sealed class FakeWorker(WorkerSpec spec) : IWorker
{
    private static readonly byte[] Answer = "true"u8.ToArray();

    private readonly TaskCompletionSource<WorkerExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _never = new();

    public WorkerFacts Facts { get; } = new()
    {
        Pid = 1,
        PythonVersion = "3.11",
        BridgeVersion = "0",
        Tools = [new() { Name = "echo" }],
        Capacity = spec.Capacity,
    };

    public Task<WorkerExit> LinkClosed => _ended.Task;

    public Task<WorkerExit> Released => _ended.Task;

    public Task<string> RecycleAsked => _never.Task;

    public long ProgressedAt => 0;

    public long LateReplies => 0;

    public OutputCounts Output => default;

    public ValueTask<ToolReply> ExecuteAsync(
        ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress) => new(
            new ToolReply { Value = Answer, Slot = spec.Worker.Slot.Slot, Generation = spec.Worker.Generation });

    public IWorkerStream Stream(ulong requestId, ToolRequest request, TimeSpan remaining, IProgress<ToolProgress>? progress) =>
        throw new NotSupportedException("Fake workers have no streams.");

    public Task<bool> PingAsync(TimeSpan limit) => Task.FromResult(true);

    public Task<ProcessView?> LookAsync(bool fresh) => Task.FromResult<ProcessView?>(null);

    public void Cancel(ulong requestId, int attempt, StopReason reason)
    {
    }

    public void DumpStacks()
    {
    }

    public Task<string?> StacksAsync(TimeSpan limit) => Task.FromResult<string?>(null);

    public Task StopAsync(TimeSpan grace, string reason)
    {
        Kill(reason);
        return Task.CompletedTask;
    }

    public void Kill(string reason) => _ended.TrySetResult(new WorkerExit(0, null, true, reason));
}
