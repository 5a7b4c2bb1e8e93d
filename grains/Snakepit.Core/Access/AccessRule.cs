using Snakepit.Core.Http;

namespace Snakepit.Core.Access;

/// <summary>What a request needs.</summary>
/// <param name="Scope">The scope of its verb.</param>
/// <param name="Pool">The pool that it is for; null when it is for no single one.</param>
/// <param name="Verb">What it does, in words: <c>call tools of</c>, <c>drain</c>.</param>
/// <param name="Whole">What it is for when that is no single pool.</param>
public readonly record struct AccessNeed(AccessScope Scope, string? Pool, string Verb, string Whole);

/// <summary>Whether a known caller may do what it asks for. Pure.</summary>
public static class AccessRule
{
    public const string NotAuthenticated = "not_authenticated", NotAllowed = "not_allowed", RateLimited = "rate_limited";

    public const int Unauthorized = 401, Forbidden = 403, TooManyRequests = 429;

    private const int ShownLength = 80;

    /// <summary>Null when it may.</summary>
    public static DoorRefusal? Refuse(Caller caller, in AccessNeed need)
    {
        if (!caller.May(need.Scope))
        {
            return Denied(
                $"{Title(caller)} may not {need.Verb} {Target(need)}: that needs the scope {Word(need.Scope)}, and "
                + $"{Has(caller.Scopes.Select(Word), "scopes")}. Add the scope to {caller.Source}, or use another key.");
        }

        if (need.Pool is { } pool && !caller.MayUse(pool))
        {
            return Denied(
                $"{Title(caller)} may not use {Target(need)}: {Has(caller.Pools!, "pools")}. Add the pool to {caller.Source}, or use "
                + "another key.");
        }

        // A silo is drained with all its pools.
        return need is { Scope: AccessScope.Admin, Pool: null } ? RefuseSomePools(caller, need.Verb, Target(need)) : null;
    }

    /// <summary>For what concerns all pools: null when the caller may use all of them.</summary>
    public static DoorRefusal? RefuseSomePools(Caller caller, string verb, string whole) => caller.Pools is not null
        ? Denied(
            $"{Title(caller)} may not {verb} {whole}: that concerns all pools, and {Has(caller.Pools, "pools")}. "
            + "Use a key that names no pools.")
        : null;

    /// <summary>The request brings nothing that says who its caller is.</summary>
    /// <param name="takesTokens">The door also takes tokens of an identity provider.</param>
    public static DoorRefusal Unknown(bool takesTokens) => Unauthenticated(
        "This silo asks for a key: send it as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'"
        + (takesTokens ? ", or send a bearer token." : "."));

    /// <summary>The request brings something that the door does not accept.</summary>
    public static DoorRefusal Unauthenticated(string why) => new(Unauthorized, NotAuthenticated, why);

    /// <summary>The caller has made more requests than its key allows.</summary>
    public static DoorRefusal TooMany(Caller caller, RateSpec rate, TimeSpan after)
    {
        var seconds = (int)Math.Ceiling(Math.Max(after.TotalSeconds, 1));
        return new DoorRefusal(
            TooManyRequests, RateLimited,
            FormattableString.Invariant(
                $"{Title(caller)} has used up its {rate.RequestsPerSecond} requests a second ({rate.Burst} at once): RequestsPerSecond of ")
            + $"{caller.Source} is the limit at each silo. Try again in {seconds} s, or raise it.")
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };
    }

    private static DoorRefusal Denied(string message) => new(Forbidden, NotAllowed, message);

    private static string Title(Caller caller) => caller.Kind switch
    {
        CallerKind.Key => $"Key '{caller.Name}'",
        CallerKind.Token => $"The token of '{Shown(caller.Name)}'",
        CallerKind.Anonymous or CallerKind.Application => $"Caller '{Shown(caller.Name)}'",
        _ => throw new ArgumentOutOfRangeException(nameof(caller), caller.Kind, "Unknown kind of caller."),
    };

    private static string Target(in AccessNeed need) => need.Pool is { } pool ? $"pool '{Shown(pool)}'" : need.Whole;

    private static string Has(IEnumerable<string> names, string what) =>
        string.Join(", ", names.Select(Shown)) is { Length: > 0 } list ? $"its {what} are {list}" : $"it has no {what}";

    private static string Word(AccessScope scope) => scope.ToString().ToLowerInvariant();

    private static string Shown(string text) => text.Length > ShownLength ? $"{text[..ShownLength]}…" : text;
}
