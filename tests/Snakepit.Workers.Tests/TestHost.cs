using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.TestKit;
using Snakepit.Workers.Host;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Python;

namespace Snakepit.Workers.Tests;

/// <summary>A worker host of the test's own, with its log kept.</summary>
internal sealed class TestHost : IAsyncDisposable, ILogger<WorkerHost>
{
    private int _slots;
    private long _requests;

    public TestHost(
        string? recordFolder = null,
        OutputLimits? output = null,
        LinkCarrier carrier = LinkCarrier.Auto,
        int oomScoreAdj = 0,
        TimeSpan? shutdownGrace = null)
    {
        RunId = Guid.NewGuid().ToString("N")[..12];
        Host = new WorkerHost(
            new WorkerHostSettings
            {
                Run = new RunIdentity("test", "token", RunId),
                RecordFolder = recordFolder,
                Output = output ?? OutputLimits.Default,
                LinkCarrier = carrier,
                OomScoreAdj = oomScoreAdj,
                ShutdownGrace = shutdownGrace ?? TimeSpan.FromSeconds(6),
            },
            new PythonLocator(NullLogger<PythonLocator>.Instance),
            this);
    }

    public string RunId { get; }

    public WorkerHost Host { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    public WorkerSpec Spec(string adapter = "basic.Basic", int capacity = 1) => new()
    {
        Worker = new WorkerId(new SlotId(new ShardId("pool", "silo"), Interlocked.Increment(ref _slots)), 1),
        Adapter = adapter,
        PythonPath = [Places.Adapters],
        Capacity = capacity,
        MaxMessageBytes = 64 * 1024 * 1024,
    };

    public Task<IWorker> StartAsync(string adapter = "basic.Basic", int capacity = 1) =>
        Host.StartAsync(Spec(adapter, capacity), CancellationToken.None).WithinAsync(Eventually.Limit);

    public (ulong Id, Task<ToolReply> Reply) Call(
        IWorker worker,
        string tool,
        object? args = null,
        IReadOnlyDictionary<string, string>? metadata = null,
        IProgress<ToolProgress>? progress = null)
    {
        var id = (ulong)Interlocked.Increment(ref _requests);
        var request = new ToolRequest
        {
            Tool = tool,
            Arguments = JsonSerializer.SerializeToUtf8Bytes(args ?? new { }),
            Budget = Timeout.InfiniteTimeSpan,
            Metadata = metadata,
        };
        return (id, worker.ExecuteAsync(id, request, Timeout.InfiniteTimeSpan, progress).AsTask().WithinAsync(Eventually.Limit));
    }

    public async Task<string> ResultAsync(IWorker worker, string tool, object? args = null)
    {
        var reply = await Call(worker, tool, args).Reply;
        Assert.True(reply.Failure is null, reply.Failure?.Message);
        return Encoding.UTF8.GetString(reply.Value!);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAllAsync();
        Assert.Empty(HostProcess.Find("snakepit_bridge", RunId));
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{logLevel}: {formatter(state, exception)}");
}
