using Snakepit.Core.Access;

namespace Snakepit.Core.Tests.Access;

public sealed class AccessRuleTests
{
    private static readonly Caller Web = new(CallerKind.Key, "web")
    {
        Scopes = [AccessScope.Call, AccessScope.Read],
        Pools = ["ml", "text"],
        Source = "Snakepit:Http:Keys:web",
    };

    [Theory]
    [InlineData(AccessScope.Call, "ml", true)]
    [InlineData(AccessScope.Call, "other", false)]
    [InlineData(AccessScope.Call, "ML", false)]
    [InlineData(AccessScope.Read, "text", true)]
    [InlineData(AccessScope.Read, null, true)]
    [InlineData(AccessScope.Admin, "ml", false)]
    [InlineData(AccessScope.Admin, null, false)]
    public void A_key_may_do_what_its_scopes_and_pools_say(AccessScope scope, string? pool, bool may) =>
        Assert.Equal(may, AccessRule.Refuse(Web, new AccessNeed(scope, pool, "use", "silos")) is null);

    [Fact]
    public void Admin_contains_read_and_not_call()
    {
        var operators = Web with { Scopes = [AccessScope.Admin] };

        Assert.Null(AccessRule.Refuse(operators, new AccessNeed(AccessScope.Read, "ml", "read", "silos")));
        Assert.Null(AccessRule.Refuse(operators, new AccessNeed(AccessScope.Admin, "ml", "scale", "silos")));
        Assert.NotNull(AccessRule.Refuse(operators, new AccessNeed(AccessScope.Call, "ml", "call", "silos")));
    }

    [Fact]
    public void A_silo_is_drained_with_all_pools_so_a_key_of_some_may_not()
    {
        var some = Web with { Scopes = Caller.AllScopes };

        var refusal = AccessRule.Refuse(some, new AccessNeed(AccessScope.Admin, null, "drain", "silos"));

        Assert.Contains("drain silos: that concerns all pools, and its pools are ml, text", refusal!.Message, StringComparison.Ordinal);
        Assert.Null(AccessRule.Refuse(some with { Pools = null }, new AccessNeed(AccessScope.Admin, null, "drain", "silos")));
    }

    [Fact]
    public void A_refusal_names_the_key_what_it_lacks_and_where_to_add_it()
    {
        var scope = AccessRule.Refuse(Web, new AccessNeed(AccessScope.Admin, "ml", "recycle", "silos"))!;
        var pool = AccessRule.Refuse(Web, new AccessNeed(AccessScope.Call, "gpu", "call", "silos"))!;

        Assert.Equal((403, "not_allowed"), (scope.Status, scope.Code));
        Assert.Equal(
            "Key 'web' may not recycle pool 'ml': that needs the scope admin, and its scopes are call, read. Add the scope to "
            + "Snakepit:Http:Keys:web, or use another key.",
            scope.Message);
        Assert.Equal(
            "Key 'web' may not use pool 'gpu': its pools are ml, text. Add the pool to Snakepit:Http:Keys:web, or use another key.",
            pool.Message);
    }

    [Fact]
    public void Too_many_requests_are_told_when_to_come_again()
    {
        var refusal = AccessRule.TooMany(Web, new RateSpec(0.5, 2), TimeSpan.FromSeconds(1.2));

        Assert.Equal((429, "rate_limited", TimeSpan.FromSeconds(2)), (refusal.Status, refusal.Code, refusal.RetryAfter!.Value));
        Assert.Contains("Key 'web' has used up its 0.5 requests a second (2 at once)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("RequestsPerSecond of Snakepit:Http:Keys:web", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false, false, DoorOpening.Local)]
    [InlineData(false, false, true, false, DoorOpening.Local)]
    [InlineData(false, true, false, false, DoorOpening.Authenticated)]
    [InlineData(true, false, false, false, DoorOpening.Closed)]
    [InlineData(true, false, true, false, DoorOpening.Anonymous)]
    [InlineData(true, true, false, false, DoorOpening.Authenticated)]
    [InlineData(true, false, false, true, DoorOpening.Application)]
    [InlineData(true, true, false, true, DoorOpening.Authenticated)]
    public void A_door_that_others_reach_opens_only_when_something_says_to_whom(
        bool isOpen, bool authenticates, bool allowAnonymous, bool applicationDecides, DoorOpening opening) =>
        Assert.Equal(opening, new OpeningFacts(isOpen, authenticates, allowAnonymous, applicationDecides).Decide());

    [Fact]
    public void A_token_has_the_scopes_and_pools_of_its_claims()
    {
        var all = TokenRule.Read("ann", [new("scope", "openid snakepit:call snakepit:read")]);
        var some = TokenRule.Read("bob", [new("scp", "snakepit:admin"), new("snakepit_pools", "ml"), new("snakepit_pools", "text, gpu")]);
        var none = TokenRule.Read("eve", [new("scope", "call admin"), new("snakepit_pools", "")]);

        Assert.Equal<AccessScope>([AccessScope.Call, AccessScope.Read], all.Scopes);
        Assert.Null(all.Pools);
        Assert.Equal<AccessScope>([AccessScope.Admin], some.Scopes);
        Assert.Equal<string>(["ml", "text", "gpu"], some.Pools!);
        Assert.Empty(none.Scopes);
        Assert.Empty(none.Pools!);
    }
}
