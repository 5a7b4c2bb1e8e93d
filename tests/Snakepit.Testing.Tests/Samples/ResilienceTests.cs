using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;
using Snakepit.Errors;
using Snakepit.Samples.Resilience;

namespace Snakepit.Testing.Tests.Samples;

/// <summary>The sample with retry and circuit breaker, with faults on demand. Only the pauses of the pipeline are moved by hand.</summary>
public sealed class ResilienceTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly WatchedClock _clock = new();
    private readonly SnakepitTestHost _host = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestPool _pool;
    private ServiceProvider? _services;

    public ResilienceTests() => _pool = _host.AddPool(configure: pool => pool.MaxQueueSize = 0)
        .Tool("one", _ => 1)
        .Tool("wait", async call =>
        {
            await _gate.Task.WaitAsync(call.Stopped);
            return null;
        });

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_did_not_start_is_made_again_after_a_pause()
    {
        var python = await StartAsync();
        var other = _host.Client.ExecuteAsync("wait");
        await _pool.ReachedAsync("wait").WaitAsync(Limit);
        var call = python.ExecuteAsync<int>("one"); // refused: the queue is full
        var pause = await _clock.NextPauseAsync().WaitAsync(Limit);

        _gate.SetResult();
        await other.WaitAsync(Limit);
        _clock.Advance(pause);

        Assert.Equal((1, 1), (await call.WaitAsync(Limit), _pool.Calls("one")));
    }

    [Fact]
    public async Task A_call_that_may_have_run_is_made_again_only_if_that_does_no_harm()
    {
        var python = await StartAsync();
        _pool.Fail("one", ToolFault.Crash);

        var error = await Assert.ThrowsAsync<SnakepitException>(() => python.ExecuteAsync<int>("one").WaitAsync(Limit));

        Assert.Equal((Outcome.MaybeRan, 1), (error.Outcome, _pool.Calls("one")));
        Assert.True(RepeatRule.MayRepeat(error, idempotent: true));
    }

    [Fact]
    public async Task A_pool_in_trouble_is_left_alone_for_a_while()
    {
        _pool.FailStarts("No module named 'torch'");
        var python = await StartAsync();
        Exception? last = null;

        for (var call = 0; call < 5 && last is not BrokenCircuitException; call++)
        {
            var tried = python.ExecuteAsync<int>("one");
            await PassAsync(tried).WaitAsync(Limit);
            last = await Assert.ThrowsAnyAsync<Exception>(() => tried);
        }

        Assert.IsType<BrokenCircuitException>(last);
        Assert.Equal(0, _pool.Calls("one"));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.QueueFull, Outcome.NotStarted, false, true)]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, Outcome.MaybeRan, false, false)]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, Outcome.MaybeRan, true, true)]
    [InlineData(SnakepitErrorCode.WorkerExited, Outcome.MaybeRan, true, true)]
    [InlineData(SnakepitErrorCode.ToolRaised, Outcome.Ran, true, false)]
    [InlineData(SnakepitErrorCode.InvalidArguments, Outcome.NotStarted, true, false)]
    [InlineData(SnakepitErrorCode.PoolNotFound, Outcome.NotStarted, true, false)]
    public void Outcome_and_category_say_whether_a_repetition_is_of_use(
        SnakepitErrorCode code, Outcome outcome, bool idempotent, bool expected) =>
        Assert.Equal(expected, RepeatRule.MayRepeat(new SnakepitException(code, "", outcome), idempotent));

    /// <summary>The client's own retries are out of the way, so that each try of the pipeline is seen.</summary>
    private async Task<ResilientPython> StartAsync()
    {
        var services = new ServiceCollection()
            .AddSingleton(await _host.StartAsync(client => client.MaxAttempts = 1))
            .AddSingleton<TimeProvider>(_clock);
        ResilientPython.Add(services);
        _services = services.BuildServiceProvider();
        return _services.GetRequiredService<ResilientPython>();
    }

    /// <summary>Lets each pause of the pipeline pass when it has begun, until the call has ended, well or not.</summary>
    private async Task PassAsync(Task call)
    {
        while (true)
        {
            using var ended = new CancellationTokenSource();
            var pause = _clock.NextPauseAsync(ended.Token);
            if (await Task.WhenAny(call, pause) == call)
            {
                await ended.CancelAsync();
                return;
            }

            _clock.Advance(await pause);
        }
    }

    /// <summary>Tells when a pause begins: then, and not before, a test may let it pass.</summary>
    private sealed class WatchedClock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public Task<TimeSpan> NextPauseAsync(CancellationToken ended = default) => _pauses.Reader.ReadAsync(ended).AsTask();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
