namespace Snakepit.Pools;

/// <summary>What clients of a pool keep to. Follows from the silo's options and from what the workers' tools declare.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolTerms")]
public sealed record PoolTerms
{
    /// <summary>Budget of calls that bring none; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    [Id(0)] public TimeSpan RequestTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Budget of streams that bring none; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    [Id(1)] public TimeSpan StreamTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Budgets of calls to tools that have one of their own, by the tool's name.</summary>
    [Id(2)] public IReadOnlyDictionary<string, TimeSpan> ToolBudgets { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>What to do with calls whose worker crashed.</summary>
    [Id(3)] public RetryPolicy Retry { get; init; }

    /// <summary>Tools that may run twice, as their authors say.</summary>
    [Id(4)] public IReadOnlyList<string> IdempotentTools { get; init; } = [];

    /// <summary>Most bytes of a request, arguments and attachments together. A client refuses a larger one before it travels.</summary>
    [Id(5)] public long MaxRequestBytes { get; init; } = long.MaxValue;
}
