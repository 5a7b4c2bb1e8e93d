using Snakepit.Errors;

namespace Snakepit.Pools;

/// <summary>What a router needs to pick a shard: small, cached, replaced whole.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolView")]
public sealed record PoolView
{
    [Id(0)] public required string Pool { get; init; }

    /// <summary>Empty when no silo of the cluster has this pool.</summary>
    [Id(1)] public required ShardView[] Shards { get; init; }

    /// <summary>Pools the answering silo knows, for the error a wrong name gets.</summary>
    [Id(2)] public string[] KnownPools { get; init; } = [];

    /// <summary>Budget of calls that bring none, as the pool's options have it.</summary>
    [Id(3)] public TimeSpan RequestTimeout { get; init; }

    /// <summary>The same for tools that have one of their own.</summary>
    [Id(4)] public IReadOnlyDictionary<string, TimeSpan> ToolBudgets { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What to do with calls whose worker crashed.</summary>
    [Id(5)] public RetryPolicy Retry { get; init; }

    /// <summary>Tools that may run twice, as their authors say.</summary>
    [Id(6)] public IReadOnlyList<string> IdempotentTools { get; init; } = [];

    /// <summary>Budget of streams that bring none.</summary>
    [Id(7)] public TimeSpan StreamTimeout { get; init; }

    /// <summary>What the name of a pool that no silo has gets.</summary>
    public SnakepitException NotFound() => new(
        SnakepitErrorCode.PoolNotFound,
        $"There is no pool '{Pool}' in the cluster.{(KnownPools.Length == 0 ? "" : $" Known pools: {string.Join(", ", KnownPools)}.")}");
}

[GenerateSerializer, Immutable, Alias("Snakepit.ShardView")]
public readonly record struct ShardView(
    [property: Id(0)] ShardId Shard,
    [property: Id(1)] PoolState State,
    [property: Id(2)] int Load,
    [property: Id(3)] int Capacity);

/// <summary>What people see of a pool: every shard's latest report.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolStatus")]
public sealed record PoolStatus
{
    [Id(0)] public required string Pool { get; init; }

    [Id(1)] public required ShardReport[] Shards { get; init; }
}
