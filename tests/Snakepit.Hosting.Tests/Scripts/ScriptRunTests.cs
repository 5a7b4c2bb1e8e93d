using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Scripts;
using Snakepit.Hosting.Scripts;
using Snakepit.TestKit;

namespace Snakepit.Hosting.Tests.Scripts;

/// <summary>The order of a run, with a silo that only says what it is asked. Signals are told by hand.</summary>
public sealed class ScriptRunTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ScriptSignals _signals = new();
    private readonly FakeSilo _silo = new();
    private (ScriptEnd End, Exception? Told) _left;

    public void Dispose() => _signals.Dispose();

    [Fact]
    public async Task A_signal_that_comes_while_the_silo_stops_ends_the_process()
    {
        _silo.Stopping = () => _signals.Hear(Terminate);

        var value = await RunAsync((_, _) => Task.FromResult(1));

        Assert.Equal((1, ScriptExitMode.Stop, 128 + Terminate), (value, _left.End.Exit, _left.End.Status));
    }

    [Fact]
    public async Task A_script_that_is_told_to_end_does_so_before_its_silo()
    {
        var began = new TaskCompletionSource();
        var run = RunAsync<int>(async (_, told) =>
        {
            began.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, told);
            }
            finally
            {
                _silo.Asked.Add("tidied");
            }

            return 1;
        });
        await began.Task.WithinAsync(Limit, "the script");

        Assert.True(_signals.Hear(Interrupt));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["start", "tidied", "stop", "clean", "forget"], _silo.Asked);
        Assert.Equal((128 + Interrupt, null), (_left.End.Status, _left.Told));
        Assert.False(_signals.Hear(Interrupt)); // the second one is left to the process
    }

    [Fact]
    public async Task A_script_that_blocks_is_left_after_its_time()
    {
        var began = new TaskCompletionSource();
        using var gate = new ManualResetEventSlim();
        using var cancelled = new CancellationTokenSource();
        var run = RunAsync(
            (_, _) =>
            {
                began.SetResult();
                gate.Wait(Limit, CancellationToken.None);
                return Task.FromResult(1);
            },
            new ScriptOptions { CancelTimeout = TimeSpan.Zero },
            cancelled.Token);
        await began.Task.WithinAsync(Limit, "the script");

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["start", "stop", "clean", "forget"], _silo.Asked);
        gate.Set();
    }

    [Fact]
    public async Task A_cancellation_that_no_signal_has_asked_for_is_told()
    {
        var run = RunAsync<int>((_, _) => throw new OperationCanceledException("the script's own"));

        await Assert.ThrowsAsync<OperationCanceledException>(() => run);

        Assert.Equal("the script's own", _left.Told?.Message);
    }

    [Fact]
    public async Task A_silo_that_does_not_start_in_time_is_no_ready_pool()
    {
        _silo.Starting = told => Task.Delay(Timeout.Infinite, told);

        var error = await Assert.ThrowsAsync<Errors.SnakepitException>(() => RunAsync(
            (_, _) => Task.FromResult(1), new ScriptOptions { Timeout = TimeSpan.FromMilliseconds(1) }));

        Assert.Equal(Errors.SnakepitErrorCode.PoolNotReady, error.Code);
        Assert.Contains("0.001 s (ScriptOptions.Timeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clean_up_that_fails_costs_neither_the_result_nor_the_removal_of_the_files()
    {
        _silo.Cleaning = () => throw new IOException("/proc is gone");

        Assert.Equal(1, await RunAsync((_, _) => Task.FromResult(1)));

        Assert.Equal(["start", "stop", "clean", "forget"], _silo.Asked);
    }

    private Task<T> RunAsync<T>(
        Func<ISnakepitClient, CancellationToken, Task<T>> script, ScriptOptions? options = null, CancellationToken cancelled = default) =>
        new ScriptRun(options ?? new ScriptOptions(), _silo, _signals, (end, told) => _left = (end, told))
            .RunAsync(script, cancelled).WithinAsync(Limit, "the run");

    private sealed class FakeSilo : IScriptSilo
    {
        public List<string> Asked { get; } = [];

        public Func<CancellationToken, Task> Starting { get; set; } = _ => Task.CompletedTask;

        public Action Stopping { get; set; } = () => { };

        public Action Cleaning { get; set; } = () => { };

        public bool IsOwn => true;

        public IReadOnlyList<string> Pools => [];

        public async Task<ISnakepitClient> StartAsync(CancellationToken cancellationToken)
        {
            Asked.Add("start");
            await Starting(cancellationToken);
            return null!; // these scripts call nothing
        }

        public Task StopAsync()
        {
            Asked.Add("stop");
            Stopping();
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<int>> CleanAsync(TimeSpan grace)
        {
            Asked.Add("clean");
            Cleaning();
            return Task.FromResult<IReadOnlyList<int>>([]);
        }

        public void Forget() => Asked.Add("forget");
    }
}
