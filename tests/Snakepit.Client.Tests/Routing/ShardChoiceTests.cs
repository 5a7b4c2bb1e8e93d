using Snakepit.Client.Routing;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class ShardChoiceTests
{
    [Fact]
    public void The_own_silo_comes_first_while_it_has_room()
    {
        ShardView[] shards = [View("a", load: 0), View("b", load: 3)];

        Assert.All(Picks(shards, localSilo: "b"), silo => Assert.Equal("b", silo));
    }

    [Fact]
    public void A_full_own_silo_sends_its_calls_where_room_is()
    {
        ShardView[] shards = [View("a", load: 3), View("b", load: 4), View("c", load: 4)];

        Assert.All(Picks(shards, localSilo: "b"), silo => Assert.Equal("a", silo));
    }

    [Theory]
    [InlineData(true, "b")]
    [InlineData(false, "a")]
    public void What_the_own_silo_knows_of_its_shard_counts_more_than_its_pulse(bool hasRoom, string expected)
    {
        ShardView[] shards = [View("a", load: 0), View("b", load: hasRoom ? 9 : 0)];

        Assert.Equal(expected, Choose(shards, new ShardWish { LocalSilo = "b", LocalHasRoom = hasRoom }).Shard.Shard.Silo);
    }

    [Fact]
    public void A_call_waits_only_where_no_other_shard_has_room()
    {
        Assert.False(Choose([View("a"), View("b")], new ShardWish()).MayWait);
        Assert.True(Choose([View("a"), View("b", load: 4)], new ShardWish()).MayWait);
        Assert.True(Choose([View("a", load: 4), View("b", load: 4)], new ShardWish()).MayWait);
        Assert.True(Choose([View("a")], new ShardWish()).MayWait);
    }

    [Fact]
    public void A_shard_that_turned_out_to_be_full_is_not_asked_again_and_after_three_the_call_waits()
    {
        ShardView[] shards = [View("a"), View("b"), View("c"), View("d")];

        var second = Choose(shards, new ShardWish { Full = Set("a") });
        var last = Choose(shards, new ShardWish { Full = Set("a", "b", "c") });

        Assert.NotEqual("a", second.Shard.Shard.Silo);
        Assert.True(last.MayWait);
    }

    [Fact]
    public void A_place_that_was_set_aside_is_taken_first()
    {
        ShardView[] shards = [View("a"), View("b", load: 4)];

        var pick = Choose(shards, new ShardWish { LocalSilo = "a", Reserved = "b" });

        Assert.Equal(("b", false), (pick.Shard.Shard.Silo, pick.MayWait));
    }

    [Fact]
    public void A_silent_shard_is_avoided_while_another_one_speaks()
    {
        ShardView[] shards = [View("a") with { Silent = true }, View("b", load: 50)];

        Assert.All(Picks(shards, localSilo: "a"), silo => Assert.Equal("b", silo));
        Assert.Equal("a", Choose([shards[0]], new ShardWish()).Shard.Shard.Silo);
    }

    [Fact]
    public void When_no_shard_has_room_the_call_waits_at_the_emptier_of_the_own_and_another()
    {
        ShardView[] shards = [View("a", load: 20), View("b", load: 5)];

        Assert.Equal("b", ShardChoice.Pick(shards, new ShardWish { LocalSilo = "a" }, _ => 0, _ => 1).Shard.Shard.Silo);
        Assert.Equal("b", ShardChoice.Pick(shards, new ShardWish { LocalSilo = "b" }, _ => 0, _ => 0).Shard.Shard.Silo);
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

        var pick = ShardChoice.Pick(shards, new ShardWish(), shard => shard.Shard.Silo == "a" ? 5 : 0, _ => 0);

        Assert.Equal("b", pick.Shard.Shard.Silo);
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

        Assert.Equal("b", Choose(shards, new ShardWish { LocalSilo = "a", Avoid = Set("a") }).Shard.Shard.Silo);
    }

    [Fact]
    public void With_nothing_better_a_failed_shard_is_asked_for_its_reason()
    {
        ShardView[] shards = [View("a", PoolState.Failed)];

        Assert.Equal("a", Choose(shards, new ShardWish()).Shard.Shard.Silo);
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

        Assert.All(
            Sessions.Where(session => Pick(before, session) != "b"), session => Assert.Equal(Pick(before, session), Pick(after, session)));
        Assert.DoesNotContain("b", Sessions.Select(session => Pick(after, session)));
    }

    private static IEnumerable<string> Sessions => Enumerable.Range(0, 1000).Select(number => $"session-{number}");

    private static string Pick(ShardView[] shards, string session, string? localSilo = null) =>
        Choose(shards, new ShardWish { Session = session, LocalSilo = localSilo }).Shard.Shard.Silo;

    private static ShardPick Choose(ShardView[] shards, ShardWish wish) => ShardChoice.Pick(shards, wish, _ => 0, _ => 0);

    private static HashSet<ShardId> Set(params string[] silos) => [.. silos.Select(silo => new ShardId("pool", silo))];

    private static List<string> Picks(ShardView[] shards, string? localSilo = null, int times = 200)
    {
        var random = new Random(7);
        var wish = new ShardWish { LocalSilo = localSilo };
        return [.. Enumerable.Range(0, times).Select(_ => ShardChoice.Pick(shards, wish, _ => 0, random.Next).Shard.Shard.Silo)];
    }

    private static ShardView View(string silo, PoolState state = PoolState.Ready, int load = 0, int capacity = 4) =>
        new(new ShardId("pool", silo), new Incarnation(silo, 1), state, load, capacity);
}
