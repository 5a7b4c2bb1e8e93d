namespace Snakepit.Core.Access;

/// <summary>What a bearer token of an identity provider allows. Pure.</summary>
public static class TokenRule
{
    /// <summary>Lists of words: the names of the standards (RFC 8693) and of Microsoft's tokens.</summary>
    public const string ScopeClaim = "scope", ShortScopeClaim = "scp";

    public const string PoolsClaim = "snakepit_pools";

    private const string Prefix = "snakepit:", Source = "the token's claims";

    private static readonly char[] Between = [' ', ','];

    /// <summary>The caller that a token names.</summary>
    /// <param name="subject">Its claim <c>sub</c>.</param>
    /// <param name="claims">All of its claims; a list is several of one name.</param>
    public static Caller Read(string subject, IEnumerable<KeyValuePair<string, string>> claims)
    {
        var all = claims.ToList();
        var words = Words(all, ScopeClaim).Concat(Words(all, ShortScopeClaim)).ToHashSet(StringComparer.Ordinal);
        return new Caller(CallerKind.Token, subject)
        {
            Scopes = [.. Caller.AllScopes.Where(scope => words.Contains(Word(scope)))],
            Pools = all.Exists(claim => claim.Key == PoolsClaim) ? [.. Words(all, PoolsClaim)] : null,
            Source = $"{Source} {ScopeClaim} and {PoolsClaim}",
        };
    }

    /// <summary>As a token says a scope: <c>snakepit:call</c>.</summary>
    public static string Word(AccessScope scope) => Prefix + scope.ToString().ToLowerInvariant();

    private static IEnumerable<string> Words(IEnumerable<KeyValuePair<string, string>> claims, string name) => claims
        .Where(claim => claim.Key == name)
        .SelectMany(claim => claim.Value.Split(Between, StringSplitOptions.RemoveEmptyEntries));
}
