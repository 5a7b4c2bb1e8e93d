using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Connections;
using Snakepit.Client.Routing;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class RouterTests
{
    private static readonly Incarnation Run = new("a", 1);
    private static readonly ShardView Shard = new(new ShardId("pool", "a"), Run, PoolState.Ready, 0, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly Router _router;
    private PoolView _view = new() { Pool = "pool", Shards = [Shard], Members = [Run], MembershipVersion = 1 };
    private int _asked;

    public RouterTests()
    {
        var pool = Fake<IPoolGrain>.Of((_, _) =>
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult(_view);
        });
        var cluster = new AmbientCluster(Fake<IGrainFactory>.Of((_, _) => pool), new GatewayWatch());
        _router = new Router(cluster, new SnakepitClientOptions(), _time);
    }

    [Fact]
    public async Task A_call_to_a_silo_that_dies_ends_also_when_no_other_call_asks_for_a_view()
    {
        var view = await _router.ViewAsync("pool", renew: false, own: null, TimeSpan.Zero, default);
        var call = _router.Enter(Shard, view);
        _view = _view with { Shards = [], Members = [new Incarnation("b", 1)], MembershipVersion = 2 };

        await TestSignals.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1.1));
            return call.IsLost;
        });

        Assert.True(call.IsLost);
    }

    [Fact]
    public async Task Without_a_call_nobody_is_asked()
    {
        var view = await _router.ViewAsync("pool", renew: false, own: null, TimeSpan.Zero, default);
        _router.Enter(Shard, view).Leave();
        // What was asked for the call may still be on its way.
        var (before, equal) = (-1, 0);
        await TestSignals.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1.1));
            var asked = Volatile.Read(ref _asked);
            (before, equal) = (asked, asked == before ? equal + 1 : 0);
            return equal == 3;
        });
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1.1));
            await Task.Yield();
        }

        Assert.Equal(before, Volatile.Read(ref _asked));
    }
}
