using Microsoft.Extensions.Time.Testing;
using Snakepit.Client;
using Snakepit.Errors;

namespace Snakepit.Testing.Tests;

public sealed class HostTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

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
            .Stream("count", call => Enumerable.Range(0, call.Get<int>("to")).Cast<object?>());
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
    public async Task An_exception_of_a_tool_is_told_as_one_of_python()
    {
        var client = await _host.StartAsync();

        var error = await Assert.ThrowsAsync<SnakepitException>(() => client.ExecuteAsync("raise").WaitAsync(Limit));

        Assert.Equal((SnakepitErrorCode.ToolRaised, Outcome.Ran), (error.Code, error.Outcome));
        Assert.Equal(new PythonError("ValueError", "no such thing", "Traceback: here"), error.Python);
    }

    [Fact]
    public async Task A_crash_costs_the_call_unless_it_may_run_twice()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Crash);

        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), await FailureAsync("add", new { a = 1 }));

        _pool.Fail("read", ToolFault.Crash);
        var call = client.ExecuteAsync<int>("read", new { a = 4 });
        await PassUntilAsync(call);
        Assert.Equal(4, await call);
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
        var next = client.ExecuteAsync("add", new { a = 1 });
        await PassUntilAsync(next);
        Assert.Equal("default@test#0.2", (await next).Worker);
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

        await PassUntilAsync(Task.WhenAll(running, waiting));
        await Assert.ThrowsAsync<SnakepitException>(() => running);
    }

    [Fact]
    public async Task A_worker_that_refuses_is_replaced_and_the_call_runs_there()
    {
        var client = await _host.StartAsync();
        _pool.Fail("add", ToolFault.Refuse);

        var call = client.ExecuteAsync<int>("add", new { a = 1 });
        await PassUntilAsync(call);

        Assert.Equal(11, await call);
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

    /// <summary>Moves the clock in small steps until the task has ended, well or not: another worker starts after a pause.</summary>
    private async Task PassUntilAsync(Task task)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException("The task did not end.");
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1);
        }
    }
}
