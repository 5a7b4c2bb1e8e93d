namespace Snakepit.Core.Access;

/// <summary>How the door knows a caller.</summary>
public enum CallerKind
{
    /// <summary>By nothing: the door asks for no key.</summary>
    Anonymous,

    /// <summary>By an API key.</summary>
    Key,

    /// <summary>By a bearer token of an identity provider.</summary>
    Token,

    /// <summary>The application that the door is a part of has let the caller in.</summary>
    Application,
}

/// <summary>A caller of the HTTP door, and what it may do. Immutable.</summary>
/// <param name="Kind">How the door knows it.</param>
/// <param name="Name">The key's name, the token's subject; for the audit log.</param>
public sealed record Caller(CallerKind Kind, string Name)
{
    /// <summary>Everything that a door without keys allows.</summary>
    public static readonly IReadOnlyList<AccessScope> AllScopes = [AccessScope.Call, AccessScope.Read, AccessScope.Admin];

    /// <summary>What it may do.</summary>
    public IReadOnlyList<AccessScope> Scopes { get; init; } = AllScopes;

    /// <summary>The pools that it may use; null for all.</summary>
    public IReadOnlyList<string>? Pools { get; init; }

    /// <summary>Where its scopes and pools are written, for the advice in a refusal.</summary>
    public string Source { get; init; } = "";

    public bool May(AccessScope scope) =>
        Scopes.Contains(scope) || (scope == AccessScope.Read && Scopes.Contains(AccessScope.Admin));

    public bool MayUse(string pool) => Pools is null || Pools.Contains(pool, StringComparer.Ordinal);
}
