using Snakepit.Core.Ports;
using Snakepit.Execution;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>What the silo's side of a worker hears of its tools' progress.</summary>
public sealed class WorkerProgressTests
{
    [Theory]
    [InlineData(LinkCarrier.Grpc, 1)]
    [InlineData(LinkCarrier.Auto, 1)]
    [InlineData(LinkCarrier.Auto, 4)]
    public async Task A_report_comes_while_the_tool_runs_and_is_a_sign_of_life(LinkCarrier carrier, int capacity)
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(capacity: capacity);
        Assert.Equal(0, worker.ProgressedAt);
        var gate = Path.Combine(Path.GetTempPath(), $"gate-{test.RunId}");
        var heard = new Heard();
        var before = TimeProvider.System.GetTimestamp();

        var call = test.Call(worker, "report", new { path = gate }, progress: heard).Reply;

        var progress = await heard.First.WithinAsync(Eventually.Limit);
        Assert.Equal((0.5, "half"), (progress.Fraction, progress.Message));
        Assert.InRange(progress.Elapsed, TimeSpan.Zero, Eventually.Limit);
        Assert.InRange(worker.ProgressedAt, before, TimeProvider.System.GetTimestamp());
        Assert.False(call.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        Assert.Null((await call).Failure);
        File.Delete(gate);
        Assert.Equal(0, worker.LateReplies);
    }

    [Fact]
    public async Task An_item_of_a_stream_is_a_sign_of_life_too()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync("streaming.Streaming");
        var request = new ToolRequest { Tool = "single", Arguments = "{}"u8.ToArray(), Budget = Timeout.InfiniteTimeSpan };

        var stream = worker.Stream(1, request, Timeout.InfiniteTimeSpan);

        Assert.Null((await stream.End.WithinAsync(Eventually.Limit)).Failure);
        Assert.NotEqual(0, worker.ProgressedAt);
    }

    private sealed class Heard : IProgress<ToolProgress>
    {
        private readonly TaskCompletionSource<ToolProgress> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ToolProgress> First => _first.Task;

        public void Report(ToolProgress value) => _first.TrySetResult(value);
    }
}
