using Snakepit.Client.Routing;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class ShardChoiceTests
{
    private static readonly HashSet<ShardId> Nothing = [];

    [Fact]
    public void The_own_silo_comes_first()
    {
        ShardView[] shards = [View("a", load: 0), View("b", load: 9)];

        Assert.All(Picks(shards, localSilo: "b"), silo => Assert.Equal("b", silo));
    }

    [Fact]
    public void The_own_silo_is_passed_over_when_its_shard_does_not_take_calls()
    {
        ShardView[] shards = [View("a"), View("b", PoolState.Failed)];

        Assert.All(Picks(shards, localSilo: "b"), silo => Assert.Equal("a", silo));
    }

    [Fact]
    public void Of_two_the_emptier_one_is_taken()
    {
        ShardView[] shards = [View("a", load: 3), View("b", load: 1)];

        Assert.All(Picks(shards), silo => Assert.Equal("b", silo));
    }

    [Fact]
    public void Emptiness_is_measured_by_capacity()
    {
        ShardView[] shards = [View("small", load: 2, capacity: 2), View("large", load: 4, capacity: 16)];

        Assert.All(Picks(shards), silo => Assert.Equal("large", silo));
    }

    [Fact]
    public void Own_calls_that_no_report_shows_yet_count()
    {
        ShardView[] shards = [View("a"), View("b")];

        var pick = ShardChoice.Pick(shards, null, null, Nothing, shard => shard.Silo == "a" ? 5 : 0, _ => 0);

        Assert.Equal("b", pick.Silo);
    }

    [Fact]
    public void Two_different_shards_are_compared_and_the_fullest_of_many_is_never_taken()
    {
        ShardView[] shards = [View("a", load: 0), View("b", load: 1), View("full", load: 100)];

        Assert.DoesNotContain("full", Picks(shards));
    }

    [Fact]
    public void A_shard_that_has_just_refused_is_avoided()
    {
        ShardView[] shards = [View("a"), View("b", load: 50)];

        var pick = ShardChoice.Pick(shards, null, "a", new HashSet<ShardId> { shards[0].Shard }, _ => 0, _ => 0);

        Assert.Equal("b", pick.Silo);
    }

    [Fact]
    public void With_nothing_better_a_failed_shard_is_asked_for_its_reason()
    {
        ShardView[] shards = [View("a", PoolState.Failed)];

        Assert.Equal("a", ShardChoice.Pick(shards, null, null, Nothing, _ => 0, _ => 0).Silo);
    }

    [Fact]
    public void Load_spreads_evenly_over_equal_shards()
    {
        ShardView[] shards = [View("a"), View("b"), View("c"), View("d")];

        var counts = Picks(shards, times: 4000).CountBy(silo => silo).ToDictionary();

        Assert.All(counts.Values, count => Assert.InRange(count, 700, 1300));
        Assert.Equal(4, counts.Count);
    }

    [Fact]
    public void A_session_has_one_shard_whoever_asks_and_however_full_it_is()
    {
        ShardView[] shards = [View("a"), View("b"), View("c")];
        ShardView[] seenElsewhere = [View("c", load: 9), View("a"), View("b", load: 4)];

        Assert.All(Sessions, session => Assert.Equal(Pick(shards, session, localSilo: "a"), Pick(seenElsewhere, session, localSilo: "b")));
    }

    [Fact]
    public void Sessions_spread_over_the_shards()
    {
        ShardView[] shards = [View("a"), View("b"), View("c"), View("d")];

        Assert.All(Sessions.CountBy(session => Pick(shards, session)), silo => Assert.InRange(silo.Value, 175, 325));
    }

    [Theory]
    [InlineData(PoolState.Draining)]
    [InlineData(PoolState.Failed)]
    public void When_a_shard_takes_no_calls_only_its_own_sessions_move(PoolState state)
    {
        ShardView[] before = [View("a"), View("b"), View("c")];
        ShardView[] after = [View("a"), View("b", state), View("c")];

        Assert.All(Sessions.Where(session => Pick(before, session) != "b"), session => Assert.Equal(Pick(before, session), Pick(after, session)));
        Assert.DoesNotContain("b", Sessions.Select(session => Pick(after, session)));
    }

    private static IEnumerable<string> Sessions => Enumerable.Range(0, 1000).Select(number => $"session-{number}");

    private static string Pick(ShardView[] shards, string session, string? localSilo = null) =>
        ShardChoice.Pick(shards, session, localSilo, Nothing, _ => 0, _ => 0).Silo;

    private static List<string> Picks(ShardView[] shards, string? localSilo = null, int times = 200)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, times).Select(_ => ShardChoice.Pick(shards, null, localSilo, Nothing, _ => 0, random.Next).Silo)];
    }

    private static ShardView View(string silo, PoolState state = PoolState.Ready, int load = 0, int capacity = 4) =>
        new(new ShardId("pool", silo), state, load, capacity);
}
