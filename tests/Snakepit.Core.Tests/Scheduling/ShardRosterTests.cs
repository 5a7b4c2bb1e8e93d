using Snakepit.Core.Scheduling;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class ShardRosterTests
{
    private readonly ShardRoster _roster = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_shard_is_silent_two_seconds_after_its_pulse_and_not_a_moment_earlier_and_heard_again_with_the_next()
    {
        Announce("a");

        _now += TimeSpan.FromSeconds(2);
        Assert.False(IsSilent("a"));
        _now += TimeSpan.FromTicks(1);
        Assert.True(IsSilent("a"));

        Announce("a");
        Assert.False(IsSilent("a"));
    }

    [Fact]
    public void A_silent_shard_stays_listed_until_membership_calls_it_dead()
    {
        Announce("a");
        Announce("b");
        _now += TimeSpan.FromMinutes(5);

        _roster.Forget(_ => false, _ => true, _now);
        Assert.Equal(["a", "b"], Silos());
        _roster.Forget(incarnation => incarnation.Endpoint == "a", _ => true, _now);

        Assert.Equal(["b"], Silos());
    }

    [Fact]
    public void A_shard_whose_silo_membership_does_not_have_is_dropped_with_its_silence()
    {
        Announce("a");

        _roster.Forget(_ => false, _ => false, _now);
        Assert.Equal(["a"], Silos());
        _now += TimeSpan.FromSeconds(3);
        _roster.Forget(_ => false, _ => false, _now);

        Assert.Empty(Silos());
    }

    [Fact]
    public void A_later_run_of_a_silo_takes_the_place_of_the_earlier_whose_late_pulses_count_for_nothing()
    {
        Announce("a", generation: 1);

        Assert.True(Announce("a", generation: 2));
        Assert.False(Announce("a", generation: 1));

        Assert.Equal(2, Assert.Single(_roster.Views(_now)).Incarnation.Generation);
    }

    [Fact]
    public void A_shard_is_listed_from_the_moment_on_at_which_its_terms_are_known()
    {
        var pulse = Pulse("a");

        _roster.Learn(pulse, terms: null, _now);
        Assert.True(_roster.LacksTerms(pulse));
        Assert.Empty(Silos());
        _roster.Learn(pulse, new PoolTerms(), _now);

        Assert.False(_roster.LacksTerms(pulse));
        Assert.True(_roster.LacksTerms(pulse with { Terms = 7 }));
        Assert.Equal(["a"], Silos());
    }

    [Fact]
    public void Free_places_are_given_to_one_shard_only_until_the_next_pulse_of_their_own()
    {
        Announce("free", capacity: 3);
        var full = Pulse("full") with { Queued = 2, Running = 1 };
        var other = Pulse("other") with { Queued = 9, Running = 1 };
        _roster.Learn(full, new PoolTerms(), _now);
        _roster.Learn(other, new PoolTerms(), _now);

        Assert.Equal([new ShardRoom("free", 2)], _roster.SetAside(full, _now));
        Assert.Equal([new ShardRoom("free", 1)], _roster.SetAside(other, _now));
        Assert.Empty(_roster.SetAside(other, _now));
        Announce("free", capacity: 3);

        Assert.Equal([new ShardRoom("free", 3)], _roster.SetAside(other, _now));
    }

    [Fact]
    public void A_silent_shard_gets_no_calls_of_others()
    {
        Announce("free", capacity: 3);
        _now += TimeSpan.FromSeconds(3);
        var full = Pulse("full") with { Queued = 2, Running = 1 };
        _roster.Learn(full, new PoolTerms(), _now);

        Assert.Empty(_roster.SetAside(full, _now));
    }

    private bool Announce(string silo, int generation = 1, int capacity = 1) =>
        _roster.Learn(Pulse(silo, generation, capacity), new PoolTerms(), _now);

    private static ShardPulse Pulse(string silo, int generation = 1, int capacity = 1) =>
        new(new ShardId("pool", silo), new Incarnation(silo, generation), PoolState.Ready, Queued: 0, Running: 0, capacity, Terms: 0);

    private bool IsSilent(string silo) => Assert.Single(_roster.Views(_now), view => view.Shard.Silo == silo).Silent;

    private IEnumerable<string> Silos() => _roster.Views(_now).Select(view => view.Shard.Silo).Order();
}
