namespace Snakepit.Tools;

/// <summary>The tools of a pool, over all silos of the cluster.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.PoolTools")]
public sealed record PoolTools
{
    /// <summary>Name of the pool.</summary>
    [Id(0)] public required string Pool { get; init; }

    /// <summary>By name.</summary>
    [Id(1)] public ToolDescription[] Tools { get; init; } = [];

    /// <summary>The adapter has an <c>execute_tool</c>, which also takes names that are not listed.</summary>
    [Id(2)] public bool TakesAnyName { get; init; }

    /// <summary>
    /// Tools that a silo does not have, or describes in another way than the silo whose description is listed, as during a rollout.
    /// </summary>
    [Id(3)] public string[] Differing { get; init; } = [];

    /// <summary>Names of the silos that have the pool and answered.</summary>
    [Id(4)] public string[] Silos { get; init; } = [];

    /// <summary>Those of them on which no worker has been ready yet; they know no tool.</summary>
    [Id(5)] public string[] StartingSilos { get; init; } = [];

    /// <summary>Names of silos in the cluster that did not answer within two seconds.</summary>
    [Id(6)] public string[] SilentSilos { get; init; } = [];
}
