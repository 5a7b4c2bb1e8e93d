using Snakepit.Core.Http;
using Snakepit.Errors;

namespace Snakepit.Core.Tests.Http;

public sealed class PoolLookupsTests
{
    private static readonly Failure NotFound = new()
    {
        Code = SnakepitErrorCode.PoolNotFound,
        Message = "none",
        Outcome = Outcome.NotStarted,
    };

    private readonly PoolLookups _lookups = new(TimeSpan.FromSeconds(1), questionsPerSecond: 2, mostNames: 3);

    [Fact]
    public void A_missing_pool_is_asked_for_again_only_after_a_while()
    {
        Assert.Equal(Lookup.Ask, Look("a", 0));
        _lookups.Missing("a", NotFound, TimeSpan.Zero);

        Assert.Equal(Lookup.Missing, _lookups.Look("a", TimeSpan.FromSeconds(0.9), out var failure));
        Assert.Same(NotFound, failure);
        Assert.Equal(Lookup.Ask, Look("a", 1));
    }

    [Fact]
    public void New_names_are_asked_for_at_a_limited_rate()
    {
        Assert.Equal([Lookup.Ask, Lookup.Ask, Lookup.TooMany], [Look("a", 0), Look("b", 0), Look("c", 0)]);

        Assert.Equal([Lookup.Ask, Lookup.TooMany], [Look("c", 0.5), Look("d", 0.5)]);
    }

    [Fact]
    public void A_pool_that_was_found_is_free()
    {
        _lookups.Found("a");

        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(Lookup.Ask, Look("a", 0)));
        Assert.Equal(Lookup.Ask, Look("b", 0));
    }

    [Fact]
    public void Memory_is_bounded_and_forgetting_costs_a_question()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
            _lookups.Missing(name, NotFound, TimeSpan.Zero);

        Assert.Equal((Lookup.Ask, Lookup.Missing), (Look("a", 0), Look("d", 0)));
    }

    private Lookup Look(string pool, double seconds) => _lookups.Look(pool, TimeSpan.FromSeconds(seconds), out _);
}
