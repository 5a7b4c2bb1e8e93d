using System.Text;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Supervision;

namespace Snakepit.Testing.Tests;

public sealed class HostTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Of a shard.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    private readonly FakeTimeProvider _clock = new();
    private readonly SnakepitTestHost _host;
    private readonly TestPool _pool;

    public HostTests()
    {
        _host = new SnakepitTestHost(_clock);
        _pool = _host.AddPool(configure: options => (options.PoolSize, options.MaxQueueSize) = (1, 1))
            .Tool("add", call => call.Get<int>("a") + call.Get("b", 10))
            .Tool("read", call => call.Get<int>("a"), idempotent: true)
            .Tool("echo", call => call.Attachment("image")?.ToArray())
            .Tool("raise", _ => throw new PythonRaisedException("ValueError", "no such thing", "Traceback: here"))
            .Tool("awaited", call => ReadAsync(call.Get<int>("a")))
            .Tool("delay", async call => await call.DelayAsync(TimeSpan.FromSeconds(30)))
            .Tool("not awaited", call => new ValueTask<int>(call.Get<int>("a")))
            .Stream("count", call => Enumerable.Range(0, call.Get<int>("to")));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_tool_gets_its_arguments_and_its_caller_the_result_with_the_worker()
    {
        var client = await _host.StartAsync();

        var result = await client.ExecuteAsync("add", new { a = 1, b = 2 }).WaitAsync(Limit);

        Assert.Equal((3, "default@test#0.1"), (result.As<int>(), result.Worker));
        Assert.Equal(11, await client.ExecuteAsync<int>("add", new { a = 1 }).WaitAsync(Limit));
        Assert.Equal(2, _pool.Calls("add"));
    }

    [Fact]
    public async Task The_task_of_a_tool_is_awaited_and_a_task_that_nobody_awaits_is_no_result()
    {
        var client = await _host.StartAsync();

        Assert.Equal(4.5, await client.ExecuteAsync<double>("awaited", new { a = 4 }).WaitAsync(Limit));
        Assert.Equal((SnakepitErrorCode.ResultNotEncodable, Outcome.Ran), await FailureAsync("not awaited", new { a = 1 }));
    }

    [Fact]
    public async Task The_clock_may_move_once_a_tool_waits_for_it()
    {
        var client = await _host.StartAsync();
        var call = client.ExecuteAsync("delay", options: new ToolCallOptions { Timeout = TimeSpan.FromMinutes(1) });
        await _pool.ReachedAsync("delay").WaitAsync(Limit);
        Assert.False(call.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("null", Encoding.UTF8.GetString((await call.WaitAsync(Limit)).Json.Span));
    }

    [Fact]
    public async Task Bytes_travel_both_ways()
    {
        var client = await _host.StartAsync();

        var options = new ToolCallOptions().Attach("image", new byte[] { 1, 2, 3 });

        Assert.Equal([1, 2, 3], await client.ExecuteAsync<byte[]>("echo", options: options).WaitAsync(Limit));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_as_a_worker_does()
    {
        await _host.StartAsync();

        Assert.Equal((SnakepitErrorCode.InvalidArguments, Outcome.NotStarted), await FailureAsync("add", new { b = 1 }));
        Assert.Equal((SnakepitErrorCode.InvalidArguments, Outcome.NotStarted), await FailureAsync("add", new { a = "x" }));
        Assert.Equal((SnakepitErrorCode.InvalidArguments, Outcome.NotStarted), await FailureAsync("count", new { to = 1 }));
        Assert.Equal((SnakepitErrorCode.ToolNotFound, Outcome.NotStarted), await FailureAsync("nothing"));
        Assert.Equal(
            (SnakepitErrorCode.PoolNotFound, Outcome.NotStarted), await FailureAsync("add", null, new ToolCallOptions { Pool = "other" }));
    }

    [Fact]
    public async Task A_misspelt_name_is_answered_with_the_nearest_one()
    {
        var client = await _host.StartAsync();

        var tool = await Assert.ThrowsAsync<SnakepitException>(() => client.ExecuteAsync("cuont").WaitAsync(Limit));
        var pool = await Assert.ThrowsAsync<SnakepitException>(
            () => client.ExecuteAsync("add", options: new ToolCallOptions { Pool = "defualt" }).WaitAsync(Limit));

        Assert.StartsWith("There is no tool 'cuont'. Did you mean 'count'? Known tools: ", tool.Message, StringComparison.Ordinal);
        Assert.Equal("There is no pool 'defualt' in the cluster. Did you mean 'default'? Known pools: default.", pool.Message);
    }

    [Fact]
    public async Task An_exception_of_a_tool_is_told_as_one_of_python()
    {
        var client = await _host.StartAsync();

        var error = await Assert.ThrowsAsync<SnakepitException>(() => client.ExecuteAsync("raise").WaitAsync(Limit));

        Assert.Equal((SnakepitErrorCode.ToolRaised, Outcome.Ran), (error.Code, error.Outcome));
        Assert.Equal(new PythonError("ValueError", "no such thing", "Traceback: here"), error.Python);
    }

    [Fact]
    public async Task A_crash_costs_the_call()
    {
        await _host.StartAsync();
        _pool.Fail("add", ToolFault.Crash);

        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), await FailureAsync("add", new { a = 1 }));
    }

    [Fact]
    public async Task A_call_that_may_run_twice_runs_again_after_a_crash()
    {
        var client = await _host.StartAsync();
        _pool.Fail("read", ToolFault.Crash);

        var call = client.ExecuteAsync<int>("read", new { a = 4 });
        await PassUntilReplacedAsync();

        Assert.Equal(4, await call.WaitAsync(Limit));
        Assert.Equal(2, _pool.Calls("read"));
    }

    [Fact]
    public async Task A_tool_that_hangs_is_given_up_at_its_deadline_and_its_worker_replaced()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Hang);
        var call = client.ExecuteAsync<int>("add", new { a = 1 }, new ToolCallOptions { Timeout = TimeSpan.FromSeconds(10) });
        await _pool.ReachedAsync("add").WaitAsync(Limit);

        _clock.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<SnakepitException>(() => call.WaitAsync(Limit));
        Assert.Equal((ErrorCategory.Timeout, Outcome.MaybeRan), (error.Category, error.Outcome));
        await PassUntilReplacedAsync(freely: true); // the worker is killed some moments after it was told to stop the call
        Assert.Equal("default@test#0.2", (await client.ExecuteAsync("add", new { a = 1 }).WaitAsync(Limit)).Worker);
    }

    [Fact]
    public async Task Time_passes_only_by_the_clock_of_the_test()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Slow(TimeSpan.FromSeconds(30)));
        var call = client.ExecuteAsync("add", new { a = 1 }, new ToolCallOptions { Timeout = TimeSpan.FromMinutes(1) });
        await _pool.ReachedAsync("add").WaitAsync(Limit);
        Assert.False(call.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(30), (await call.WaitAsync(Limit)).Times.Python);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Hang);
        var options = new ToolCallOptions { Timeout = TimeSpan.FromSeconds(20) };
        var running = client.ExecuteAsync("add", new { a = 1 }, options);
        await _pool.ReachedAsync("add").WaitAsync(Limit);
        var waiting = client.ExecuteAsync("add", new { a = 2 }, options);

        Assert.Equal((SnakepitErrorCode.QueueFull, Outcome.NotStarted), await FailureAsync("add", new { a = 3 }));

        _clock.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<SnakepitException>(() => running.WaitAsync(Limit));
        await Assert.ThrowsAsync<SnakepitException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_worker_that_refuses_is_replaced_and_the_call_runs_there()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Refuse);

        Assert.Equal(11, await client.ExecuteAsync<int>("add", new { a = 1 }).WaitAsync(Limit));
    }

    [Fact]
    public async Task A_generator_is_a_stream_and_ends_with_its_reader()
    {
        var client = await _host.StartAsync();
        var items = new List<int>();

        await foreach (var item in client.StreamAsync<int>("count", new { to = 40 }))
            items.Add(item);

        Assert.Equal(Enumerable.Range(0, 40), items);
        await foreach (var item in client.StreamAsync<int>("count", new { to = int.MaxValue }))
        {
            if (item == 3)
                break;
        }

        Assert.Equal(11, await client.ExecuteAsync<int>("add", new { a = 1 }).WaitAsync(Limit));
    }

    [Fact]
    public async Task A_pool_whose_workers_cannot_start_says_why()
    {
        _pool.FailStarts("No module named 'torch'");
        var client = await _host.StartAsync();

        var error = await Assert.ThrowsAsync<SnakepitException>(() => client.AwaitReadyAsync(Limit).WaitAsync(Limit));

        Assert.Equal(SnakepitErrorCode.PoolFailed, error.Code);
        Assert.Contains("torch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_is_there_after_the_start_only() => Assert.Throws<InvalidOperationException>(() => _host.Client);

    private async Task<(SnakepitErrorCode Code, Outcome Outcome)> FailureAsync(
        string tool, object? arguments = null, ToolCallOptions? options = null)
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => _host.Client.ExecuteAsync(tool, arguments, options).WaitAsync(Limit));
        return (error.Code, error.Outcome);
    }

    /// <summary>
    /// The next worker starts at a tick of the shard's clock, and gets work when it has answered a ping. The clock moves only until then,
    /// so that calls that wait meanwhile keep most of their budgets.
    /// </summary>
    /// <param name="freely">The clock moves also while the first worker is still there: no call waits.</param>
    private async Task PassUntilReplacedAsync(bool freely = false)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var workers = await _host.Client.ListWorkersAsync().WaitAsync(Limit);
            if (workers.Any(worker => worker is { Worker.Generation: 2, State: WorkerState.Ready, Tainted: false }))
                return;
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"No second worker is ready after {Limit}; there are: {string.Join(", ", workers)}");
            if (freely || workers.All(worker => worker.Worker.Generation != 1))
                _clock.Advance(Tick);
        }
    }

    private static async Task<double> ReadAsync(int number)
    {
        await Task.Yield();
        return number + 0.5;
    }
}
