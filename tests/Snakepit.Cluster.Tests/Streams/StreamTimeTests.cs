using System.Diagnostics;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Streams;

/// <summary>Every limit of a stream ends it, says which one it was, and leaves a worker that serves.</summary>
public sealed class StreamTimeTests(StreamSilo shared) : IClassFixture<StreamSilo>
{
    private readonly ISnakepitClient _client = shared.Client;

    [Fact]
    public async Task A_deadline_in_the_middle_ends_the_stream_and_the_next_call_gets_its_own_answer()
    {
        var path = shared.NewPath();
        var options = new ToolCallOptions { Pool = "limited", Timeout = TimeSpan.FromSeconds(8) };

        var (items, error, took) = await EndAsync("pause", new { path, seconds = 60 }, options);

        Assert.Equal(["before"], items);
        Assert.Equal((SnakepitErrorCode.ExecutionTimeout, "1"), (error.Code, error.Failure.Details["items"]));
        Assert.Contains("in pause", error.Python!.Traceback, StringComparison.Ordinal);
        Assert.InRange(took.TotalSeconds, 4, 30); // a budget of its own goes before the pool's GrpcWorkerStreamTimeout of 2 s
        await shared.UntilClosedAsync(path, "limited");
        var pid = await _client.ExecuteAsync("pid", options: new ToolCallOptions { Pool = "limited" });
        Assert.Equal(pid.WorkerPid, pid.As<int>());
    }

    [Fact]
    public async Task PoolStreamingTimeout_is_the_budget_of_a_stream_that_brings_none()
    {
        var (items, error, took) = await EndAsync(
            "pause", new { path = shared.NewPath(), seconds = 60 }, new ToolCallOptions { Pool = "brief" });

        Assert.Equal(["before"], items);
        Assert.Equal(SnakepitErrorCode.ExecutionTimeout, error.Code);
        Assert.Matches("did not finish within (6s|[45][0-9]{3}ms);", error.Message); // what was left of it when it reached the shard
        Assert.InRange(took.TotalSeconds, 3.5, 30);
    }

    [Fact]
    public async Task CheckoutTimeout_is_the_longest_wait_for_a_worker()
    {
        var path = shared.NewPath();
        var inPool = new ToolCallOptions { Pool = "checkout" };
        await using var first = _client.StreamAsync<string>("pause", new { path, seconds = 60 }, inPool, Limit()).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());

        var (items, error, took) = await EndAsync("single", null, inPool);

        Assert.Empty(items);
        Assert.Equal((SnakepitErrorCode.QueueTimeout, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains("CheckoutTimeout is 300ms", error.Message, StringComparison.Ordinal);
        Assert.InRange(took.TotalSeconds, 0.25, 20);
    }

    [Fact]
    public async Task A_stream_waits_for_a_worker_as_long_as_it_may()
    {
        var path = shared.NewPath();
        var inPool = new ToolCallOptions { Pool = "brief" };
        var call = _client.ExecuteAsync<string>("sleep", new { seconds = 0.3 }, inPool);
        await shared.Silo.SeeAsync(() => shared.Silo.PoolAsync("brief"), pool => pool["running"]!.GetValue<int>() == 1, "the call runs");

        await foreach (var item in _client.StreamAsync<int>("count", new { to = 1 }, inPool, Limit()))
            Assert.Equal(0, item);

        Assert.Equal("slept", await call);
    }

    [Fact]
    public async Task GrpcWorkerStreamTimeout_is_the_longest_time_on_a_worker()
    {
        var path = shared.NewPath();

        var (items, error, took) = await EndAsync("pause", new { path, seconds = 60 }, new ToolCallOptions { Pool = "limited" });

        Assert.Equal(["before"], items);
        Assert.Equal(SnakepitErrorCode.ExecutionTimeout, error.Code);
        Assert.Contains("2s (GrpcWorkerStreamTimeout)", error.Message, StringComparison.Ordinal);
        Assert.InRange(took.TotalSeconds, 1.5, 20);
        await shared.UntilClosedAsync(path, "limited");
    }

    [Fact]
    public async Task StreamReaderTimeout_ends_the_stream_of_a_reader_that_stays_away()
    {
        var path = shared.NewPath();
        await using var items = _client.StreamAsync(
            "produce", new { path }, new ToolCallOptions { Pool = "impatient" }, Limit()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());

        await shared.UntilClosedAsync(path, "impatient"); // meanwhile nobody reads

        var error = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            while (await items.MoveNextAsync())
            {
            }
        });
        Assert.Equal(SnakepitErrorCode.StreamReaderTimeout, error.Code);
        Assert.Contains("within 2s (StreamReaderTimeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_is_slow_but_steady_keeps_its_stream()
    {
        await using var items = _client.StreamAsync(
            "produce", new { path = shared.NewPath() }, new ToolCallOptions { Pool = "steady" }, Limit()).GetAsyncEnumerator();
        var clock = Stopwatch.StartNew();

        while (clock.Elapsed < TimeSpan.FromSeconds(7)) // more than twice its StreamReaderTimeout, in one batch that it has ahead
        {
            Assert.True(await items.MoveNextAsync());
            await _client.ExecuteAsync("sleep", new { seconds = 0.1 });
        }
    }

    [Fact]
    public async Task A_producer_that_pauses_is_no_absent_reader()
    {
        var items = new List<string>();
        var options = new ToolCallOptions { Pool = "impatient" };
        await foreach (var item in _client.StreamAsync<string>("pause", new { path = shared.NewPath(), seconds = 4.5 }, options, Limit()))
            items.Add(item);

        Assert.Equal(["before", "after"], items);
    }

    private async Task<(List<string> Items, SnakepitException Error, TimeSpan Took)> EndAsync(
        string tool, object? args, ToolCallOptions options)
    {
        var items = new List<string>();
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            await foreach (var item in _client.StreamAsync<string>(tool, args, options, Limit()))
                items.Add(item);
        });
        return (items, error, clock.Elapsed);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Eventually.Limit).Token;
}
