using Snakepit.Client.Routing;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class InFlightTableTests
{
    private static readonly ShardId A = new("pool", "a");
    private static readonly ShardId B = new("pool", "b");

    [Fact]
    public void Calls_are_counted_while_they_are_out()
    {
        var table = new InFlightTable();
        var first = table.Enter(A);
        table.Enter(A);
        first.Leave();

        Assert.Equal((1, 0), (table.Count(A), table.Count(B)));
    }

    [Fact]
    public void Calls_to_a_shard_that_is_gone_from_the_view_end_at_once()
    {
        var table = new InFlightTable();
        var (gone, living) = (table.Enter(A), table.Enter(B));

        table.Reconcile(View(B));

        Assert.Equal((true, false), (gone.Lost.IsCancellationRequested, living.Lost.IsCancellationRequested));
    }

    [Fact]
    public void A_view_of_another_pool_ends_nothing()
    {
        var table = new InFlightTable();
        var call = table.Enter(A);

        table.Reconcile(new PoolView { Pool = "other", Shards = [] });

        Assert.False(call.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_shard_that_comes_back_starts_anew()
    {
        var table = new InFlightTable();
        table.Enter(A);
        table.Reconcile(View(B));

        var call = table.Enter(A);

        Assert.Equal((1, false), (table.Count(A), call.Lost.IsCancellationRequested));
    }

    private static PoolView View(params ShardId[] shards) => new()
    {
        Pool = "pool",
        Shards = [.. shards.Select(shard => new ShardView(shard, PoolState.Ready, 0, 1))],
    };
}
