using Snakepit.Client.Routing;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class InFlightTableTests
{
    private readonly InFlightTable _table = new();

    [Fact]
    public void Calls_are_counted_while_they_are_out()
    {
        var first = Enter("a");
        Enter("a");
        first.Leave();

        Assert.Equal((1, 0), (_table.Count(Shard("a")), _table.Count(Shard("b"))));
    }

    [Fact]
    public void Calls_to_a_silo_that_membership_has_no_more_end_at_once()
    {
        var (gone, living) = (Enter("a"), Enter("b"));

        _table.Reconcile(View(version: 6, Run("b")), isNewCluster: false);

        Assert.Equal((true, false), (gone.IsLost, living.IsLost));
    }

    [Fact]
    public void A_shard_that_is_missing_from_the_view_is_not_lost_while_its_silo_is_a_member()
    {
        var call = Enter("a");

        _table.Reconcile(View(version: 6, Run("a")) with { Shards = [] }, isNewCluster: false);

        Assert.False(call.IsLost);
    }

    [Fact]
    public void A_silo_that_is_back_under_its_name_is_another_one()
    {
        var before = Enter("a");

        _table.Reconcile(View(version: 6, Run("a", generation: 2)), isNewCluster: false);

        Assert.True(before.IsLost);
        Assert.False(_table.Enter(Shard("a", generation: 2), 6).IsLost);
    }

    [Fact]
    public void A_view_older_than_the_one_that_listed_the_silo_ends_nothing()
    {
        var call = Enter("a", version: 7);

        _table.Reconcile(View(version: 6), isNewCluster: false);

        Assert.False(call.IsLost);
    }

    [Fact]
    public void Of_a_cluster_that_is_gone_as_a_whole_nothing_is_left_whatever_the_versions_say()
    {
        var call = Enter("a", version: 7);

        _table.Reconcile(View(version: 1, Run("a", generation: 2)), isNewCluster: true);

        Assert.True(call.IsLost);
    }

    [Fact]
    public void A_view_of_another_pool_ends_nothing()
    {
        var call = Enter("a");

        _table.Reconcile(View(version: 6) with { Pool = "other" }, isNewCluster: false);

        Assert.False(call.IsLost);
    }

    private InFlightTable.Entry Enter(string silo, long version = 5) => _table.Enter(Shard(silo), version);

    private static ShardView Shard(string silo, int generation = 1) =>
        new(new ShardId("pool", silo), Run(silo, generation), PoolState.Ready, 0, 1);

    private static Incarnation Run(string silo, int generation = 1) => new(silo, generation);

    private static PoolView View(long version, params Incarnation[] members) => new()
    {
        Pool = "pool",
        Shards = [.. members.Select(member => Shard(member.Endpoint, member.Generation))],
        Members = members,
        MembershipVersion = version,
    };
}
