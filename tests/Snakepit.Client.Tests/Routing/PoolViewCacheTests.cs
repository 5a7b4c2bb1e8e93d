using Snakepit.Client.Routing;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class PoolViewCacheTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Endless = Timeout.InfiniteTimeSpan;

    private readonly Queue<TaskCompletionSource<PoolView>> _asked = new();
    private readonly PoolViewCache _cache;

    public PoolViewCacheTests()
    {
        var pool = Fake<IPoolGrain>.Of((_, _) =>
        {
            var question = new TaskCompletionSource<PoolView>();
            _asked.Enqueue(question);
            return question.Task;
        });
        _cache = new PoolViewCache(Fake<IGrainFactory>.Of((_, _) => pool), TimeProvider.System);
    }

    [Fact]
    public async Task One_fetch_serves_all_who_wait()
    {
        var waiting = Enumerable.Range(0, 5).Select(_ => _cache.GetAsync("pool", Endless, default).AsTask()).ToList();

        Assert.Single(_asked).SetResult(View(1));

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Limit), view => Assert.Equal(1, view.MembershipVersion));
    }

    [Fact]
    public async Task A_caller_waits_no_longer_than_its_budget_for_the_first_view() =>
        await Assert.ThrowsAsync<TimeoutException>(
            () => _cache.GetAsync("pool", TimeSpan.FromMilliseconds(50), default).AsTask().WaitAsync(Limit));

    [Fact]
    public async Task A_caller_that_gives_up_waits_no_longer()
    {
        using var patience = new CancellationTokenSource();
        var waiting = _cache.GetAsync("pool", Endless, patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_fetch_that_fails_is_repeated_while_there_is_time()
    {
        var waiting = _cache.GetAsync("pool", Endless, default).AsTask();
        _asked.Dequeue().SetException(new InvalidOperationException("the silo is gone"));

        await TestSignals.UntilAsync(() => _asked.Count == 1);
        _asked.Dequeue().SetResult(View(1));

        Assert.Equal(1, (await waiting.WaitAsync(Limit)).MembershipVersion);
    }

    [Fact]
    public async Task What_is_known_serves_while_it_cannot_be_renewed()
    {
        var first = _cache.GetAsync("pool", Endless, default).AsTask();
        _asked.Dequeue().SetResult(View(3));
        await first.WaitAsync(Limit);

        var renewed = _cache.RenewAsync("pool", TimeSpan.FromMilliseconds(50), default);

        Assert.Equal(3, (await renewed.WaitAsync(Limit)).MembershipVersion);
    }

    [Fact]
    public async Task An_older_view_of_the_same_cluster_is_left()
    {
        await TakeAsync(View(3));

        Assert.Equal(3, (await TakeAsync(View(2))).MembershipVersion);
    }

    [Fact]
    public async Task A_view_of_a_new_cluster_is_taken_whatever_its_version_is()
    {
        await TakeAsync(View(3));
        bool? isNew = null;
        _cache.Refreshed += (_, newCluster) => isNew = newCluster;

        Assert.Equal(1, (await TakeAsync(View(1, generation: 2))).MembershipVersion);
        Assert.True(isNew);
    }

    private async Task<PoolView> TakeAsync(PoolView view)
    {
        var renewed = _cache.RenewAsync("pool", Endless, default);
        _asked.Dequeue().SetResult(view);
        return await renewed.WaitAsync(Limit);
    }

    private static PoolView View(long version, int generation = 1) => new()
    {
        Pool = "pool",
        Shards = [new ShardView(new ShardId("pool", "a"), new Incarnation("a", generation), PoolState.Ready, 0, 1)],
        Members = [new Incarnation("a", generation)],
        MembershipVersion = version,
    };
}
