using System.Text;
using System.Text.Json;
using Snakepit.Core.Ports;
using Snakepit.Core.Streams;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

public sealed class GrpcWorkerStreamTests() : WorkerStreamContract(LinkCarrier.Grpc);

public sealed class FramedWorkerStreamTests() : WorkerStreamContract(LinkCarrier.Auto);

/// <summary>What holds for streams whatever carries the work stream.</summary>
public abstract class WorkerStreamContract(LinkCarrier carrier)
{
    private const string Adapter = "streaming.Streaming";

    private ulong _requests;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Items_come_in_order_and_then_the_end(int capacity)
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter, capacity);

        var stream = Open(worker, "count", new { to = 3000 }).Stream;

        Assert.Equal(Enumerable.Range(0, 3000).Select(number => $"{number}"), await AllAsync(stream));
        Assert.Null((await stream.End.WithinAsync(Eventually.Limit)).Failure);
    }

    [Fact]
    public async Task Nobody_takes_and_the_producer_stops_at_its_window()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter);
        var path = Path.Combine(Path.GetTempPath(), $"made-{test.RunId}");
        var (id, stream) = Open(worker, "produce", new { path });

        // One beyond its credit is made and waits. A ping's answer says that the worker is not busy making more.
        await Eventually.HoldsAsync(() => File.Exists($"{path}.made") && File.ReadAllText($"{path}.made") == $"{StreamWindow.First + 1}");
        Assert.True(await worker.PingAsync(Eventually.Limit));
        Assert.Equal($"{StreamWindow.First + 1}", await File.ReadAllTextAsync($"{path}.made"));

        worker.Cancel(id, 1, StopReason.CallerGone);
        Assert.Equal(SnakepitErrorCode.Cancelled, (await stream.End.WithinAsync(Eventually.Limit)).Failure!.Code);
        Assert.True(File.Exists($"{path}.closed"));
        File.Delete($"{path}.made");
        File.Delete($"{path}.closed");
        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(300, 1)]
    [InlineData(300, 4)]
    public async Task Large_items_behind_small_ones_come_only_as_far_as_the_bytes_go(int small, int capacity)
    {
        const int Large = 30, Size = 3 * 1024 * 1024;
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter, capacity);
        var path = Path.Combine(Path.GetTempPath(), $"grown-{test.RunId}");
        var stream = Open(worker, "grow", new { path, small, large = Large, size = Size }).Stream;
        for (var taken = 0; taken < small;)
        {
            Assert.True(await stream.WaitAsync().AsTask().WithinAsync(Eventually.Limit));
            while (taken < small && stream.TryTake() is not null)
                taken++;
        }

        // The second one goes beyond the window. The third is made and waits, however much credit the small ones have left.
        await Eventually.HoldsAsync(() => File.Exists($"{path}.made") && File.ReadAllText($"{path}.made") == "3");
        Assert.True(await worker.PingAsync(Eventually.Limit));
        Assert.Equal("3", await File.ReadAllTextAsync($"{path}.made"));

        Assert.Equal(Enumerable.Repeat(Size + 2, Large), (await AllAsync(stream)).Select(item => item.Length));
        Assert.Null((await stream.End.WithinAsync(Eventually.Limit)).Failure);
        File.Delete($"{path}.made");
    }

    [Fact]
    public async Task An_exception_ends_the_stream_after_its_items()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter);

        var stream = Open(worker, "break_off", new { after = 3 }).Stream;

        Assert.Equal(["0", "1", "2"], await AllAsync(stream));
        var failure = (await stream.End.WithinAsync(Eventually.Limit)).Failure!;
        Assert.Equal((SnakepitErrorCode.ToolRaised, "LookupError"), (failure.Code, failure.Python!.Type));
    }

    [Fact]
    public async Task Bytes_travel_beside_their_items()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter);

        var stream = Open(worker, "blobs").Stream;

        Assert.True(await stream.WaitAsync().AsTask().WithinAsync(Eventually.Limit));
        Assert.Equal("one"u8.ToArray(), stream.TryTake()!.Value.Attachments!.Single().Content);
        Assert.Single(await AllAsync(stream));
    }

    [Fact]
    public async Task A_worker_that_dies_ends_its_stream_after_the_items_it_sent()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter);

        var stream = Open(worker, "die", new { after = 5 }).Stream;

        Assert.Equal(5, (await AllAsync(stream)).Count);
        var failure = (await stream.End.WithinAsync(Eventually.Limit)).Failure!;
        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), (failure.Code, failure.Outcome));
    }

    [Fact]
    public async Task A_stream_to_a_dead_worker_has_not_started()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(Adapter);
        worker.Kill("the test said so");
        await worker.Released.WithinAsync(Eventually.Limit);

        var stream = Open(worker, "count", new { to = 1 }).Stream;

        Assert.Empty(await AllAsync(stream));
        Assert.Equal(
            (SnakepitErrorCode.WorkerExited, Outcome.NotStarted), ((await stream.End).Failure!.Code, (await stream.End).Failure!.Outcome));
    }

    private (ulong Id, IWorkerStream Stream) Open(IWorker worker, string tool, object? args = null)
    {
        var request = new ToolRequest
        {
            Tool = tool,
            Arguments = JsonSerializer.SerializeToUtf8Bytes(args ?? new { }),
            Budget = Timeout.InfiniteTimeSpan,
        };
        return (++_requests, worker.Stream(_requests, request, Timeout.InfiniteTimeSpan));
    }

    private static async Task<List<string>> AllAsync(IWorkerStream stream)
    {
        var items = new List<string>();
        while (await stream.WaitAsync().AsTask().WithinAsync(Eventually.Limit))
        {
            while (stream.TryTake() is { } item)
                items.Add(Encoding.UTF8.GetString(item.Value));
        }

        return items;
    }
}
