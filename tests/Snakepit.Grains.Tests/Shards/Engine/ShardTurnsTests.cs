using Snakepit.Grains.Shards.Engine;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards.Engine;

public sealed class ShardTurnsTests
{
    private readonly ShardTurns _turns = new();

    [Fact]
    public void A_turn_runs_at_once_and_here_when_no_other_is_running()
    {
        var ranOn = 0;

        var turn = _turns.Run(() => ranOn = Environment.CurrentManagedThreadId);

        Assert.True(turn.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, ranOn);
    }

    [Fact]
    public async Task Turns_of_many_threads_run_one_at_a_time_and_none_is_lost()
    {
        var (running, most, count) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5000; i++)
            {
                await _turns.Run(() =>
                {
                    most = Math.Max(most, ++running);
                    count++;
                    running--;
                });
            }
        }))).WithinAsync(Eventually.Limit);

        Assert.Equal((1, 40_000), (most, count));
    }

    [Fact]
    public async Task What_waits_runs_in_the_order_in_which_it_came()
    {
        using var gate = new ManualResetEventSlim();
        var order = new List<int>();
        var begun = new TaskCompletionSource();
        var first = Task.Run(() => _turns.Run(() =>
        {
            begun.SetResult();
            gate.Wait();
        }));
        await begun.Task.WithinAsync(Eventually.Limit);

        var waiting = Enumerable.Range(0, 100).Select(number => _turns.Run(() => order.Add(number))).ToList();
        Assert.DoesNotContain(waiting, turn => turn.IsCompleted);
        gate.Set();
        await Task.WhenAll(waiting.Prepend(first)).WithinAsync(Eventually.Limit);

        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public async Task A_turn_that_throws_ends_no_other()
    {
        var broken = _turns.Run(() => throw new InvalidOperationException("broken"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.Equal(1, await _turns.Run(() => 1));
    }

    [Fact]
    public async Task After_an_await_a_turn_goes_on_as_a_turn()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = _turns.RunAsync(async () =>
        {
            var before = TaskScheduler.Current;
            await gate.Task;
            return (before, after: TaskScheduler.Current);
        });

        gate.SetResult();

        Assert.Equal((_turns, _turns), await turn.WithinAsync(Eventually.Limit));
    }

    [Fact]
    public async Task A_turn_that_asks_for_another_one_does_not_run_it_inside_itself()
    {
        var order = new List<string>();

        await _turns.RunAsync(async () =>
        {
            var inner = _turns.Run(() => order.Add("inner"));
            order.Add("outer");
            await inner;
            return true;
        }).WithinAsync(Eventually.Limit);

        Assert.Equal(["outer", "inner"], order);
    }

    [Fact]
    public async Task A_thread_that_brought_one_turn_does_not_run_the_turns_of_others_for_ever()
    {
        using var stop = new CancellationTokenSource();
        async Task<bool> AgainAsync()
        {
            while (!stop.IsCancellationRequested)
                await Task.Yield(); // always one more turn
            return true;
        }

        var endless = Task.Run(() => _turns.RunAsync(AgainAsync));
        await Eventually.HoldsAsync(() => _turns.Run(() => true).IsCompletedSuccessfully || !endless.IsCompleted);

        for (var i = 0; i < 100; i++)
            await _turns.Run(() => i).WithinAsync(Eventually.Limit);
        await stop.CancelAsync();
        await endless.WithinAsync(Eventually.Limit);
    }
}
