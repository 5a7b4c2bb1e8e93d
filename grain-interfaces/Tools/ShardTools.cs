using Snakepit.Identity;

namespace Snakepit.Tools;

/// <summary>The tools of the worker that has become ready last in a shard. The shard sends them on request only.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardTools")]
public sealed record ShardTools
{
    /// <summary>Which shard.</summary>
    [Id(0)] public required ShardId Shard { get; init; }

    /// <summary>False until a worker has been ready; the other members say nothing then.</summary>
    [Id(1)] public bool IsKnown { get; init; }

    /// <summary>In the order in which the worker names them.</summary>
    [Id(2)] public ToolDescription[] Tools { get; init; } = [];

    /// <summary>The adapter has an <c>execute_tool</c>, which also takes names that are not listed.</summary>
    [Id(3)] public bool TakesAnyName { get; init; }
}
