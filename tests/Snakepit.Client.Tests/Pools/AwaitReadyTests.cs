using Microsoft.Extensions.Time.Testing;
using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Pools;

public sealed class AwaitReadyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_question_that_is_not_answered_ends_with_the_time()
    {
        var never = new TaskCompletionSource<PoolStatus>();
        var client = Fake<ISnakepitClient>.Of((_, arguments) => never.Task.WaitAsync((CancellationToken)arguments[1]!));
        var waiting = SnakepitPoolExtensions.AwaitReadyAsync(
            client, TimeSpan.FromSeconds(15), "gpu", _clock, TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(15));

        var error = await Assert.ThrowsAsync<SnakepitException>(() => waiting.WithinAsync(Limit, "the wait"));
        Assert.Equal(SnakepitErrorCode.PoolNotReady, error.Code);
        Assert.StartsWith("Pool 'gpu' is not ready after 15 s: no silo has answered.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caller_may_give_up_before()
    {
        using var leaving = new CancellationTokenSource();
        var never = new TaskCompletionSource<PoolStatus>();
        var client = Fake<ISnakepitClient>.Of((_, arguments) => never.Task.WaitAsync((CancellationToken)arguments[1]!));
        var waiting = SnakepitPoolExtensions.AwaitReadyAsync(client, Timeout.InfiniteTimeSpan, null, _clock, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WithinAsync(Limit, "the wait"));
    }
}
