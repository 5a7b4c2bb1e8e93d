using Snakepit.Errors;
using Snakepit.Identity;

namespace Snakepit.Pools;

/// <summary>What a router needs to pick a shard: small, cached, replaced whole.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolView")]
public sealed record PoolView
{
    /// <summary>Name of the pool.</summary>
    [Id(0)] public required string Pool { get; init; }

    /// <summary>Empty when no silo of the cluster has this pool.</summary>
    [Id(1)] public required ShardView[] Shards { get; init; }

    /// <summary>
    /// Other pools of the cluster, or at least of the answering silo, for the error a wrong name gets. Empty when there are shards.
    /// </summary>
    [Id(2)] public string[] KnownPools { get; init; } = [];

    /// <summary>What the pool's clients keep to.</summary>
    [Id(3)] public PoolTerms Terms { get; init; } = new();

    /// <summary>
    /// Every silo that the cluster's membership does not call dead, whether or not it has the pool. A call in flight is lost only
    /// when its silo is missing here: a shard that is merely silent is not.
    /// </summary>
    [Id(4)] public Incarnation[] Members { get; init; } = [];

    /// <summary>Version of the membership that <see cref="Members"/> shows. An older view says nothing about newer silos.</summary>
    [Id(5)] public long MembershipVersion { get; init; }

    /// <summary>Roles that the pool asks for, as far as the answering silo knows.</summary>
    [Id(6)] public string[] Roles { get; init; } = [];

    private const string Known = " Known pools: ";

    /// <summary>The message of such an error without the names of other pools, for a caller that may not hear them.</summary>
    /// <param name="message">The message of an error with the code <see cref="SnakepitErrorCode.PoolNotFound"/>.</param>
    public static string WithoutOthers(string message) =>
        message.Split(Spelling.Question, 2)[0].Split(Known, 2)[0];

    /// <summary>What the name of a pool that no silo has gets.</summary>
    public SnakepitException NotFound() => NotFound(Pool, KnownPools, Roles);

    /// <summary>The error that the name of a pool gets which no silo of the cluster runs.</summary>
    /// <param name="pool">Its name.</param>
    /// <param name="knownPools">Pools that there are.</param>
    /// <param name="roles">Roles that it asks for; none when it is not known at all.</param>
    public static SnakepitException NotFound(string pool, IReadOnlyCollection<string> knownPools, IReadOnlyCollection<string> roles)
    {
        var asks = roles.Count == 1 ? $"the role {roles.First()}" : $"the roles {string.Join(", ", roles)}";
        var why = roles.Count == 0 ? "" : $": no silo has {asks}, for which its Silos:Roles asks. Start one with them in Snakepit:Roles";
        var known = knownPools.Count == 0 ? "" : $"{Known}{string.Join(", ", knownPools)}.";
        var hint = roles.Count == 0 ? Spelling.Hint(pool, knownPools) : "";
        return new SnakepitException(SnakepitErrorCode.PoolNotFound, $"There is no pool '{pool}' in the cluster{why}.{hint}{known}");
    }
}

/// <summary>One shard as routers see it.</summary>
/// <param name="Shard">Its address.</param>
/// <param name="Incarnation">The run of the silo that it lives on.</param>
/// <param name="State">Whether it takes work, by its latest pulse.</param>
/// <param name="Load">Calls waiting and running, by its latest pulse.</param>
/// <param name="Capacity">Calls that its ready workers take at once.</param>
/// <param name="Silent">Its pulses are overdue. Routers avoid it; its calls are not lost.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardView")]
public readonly record struct ShardView(
    [property: Id(0)] ShardId Shard,
    [property: Id(1)] Incarnation Incarnation,
    [property: Id(2)] PoolState State,
    [property: Id(3)] int Load,
    [property: Id(4)] int Capacity,
    [property: Id(5)] bool Silent = false);

/// <summary>What people see of a pool: the report of every shard, asked for at this moment.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolStatus")]
public sealed record PoolStatus
{
    /// <summary>Name of the pool.</summary>
    [Id(0)] public required string Pool { get; init; }

    /// <summary>The report of every shard that answered, by the name of its silo.</summary>
    [Id(1)] public required ShardReport[] Shards { get; init; }

    /// <summary>Names of silos in the cluster that did not say within two seconds what they have of the pool.</summary>
    [Id(2)] public string[] SilentSilos { get; init; } = [];
}
