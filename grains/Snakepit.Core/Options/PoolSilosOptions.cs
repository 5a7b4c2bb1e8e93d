namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:Pools:*:Silos</c>.</summary>
public sealed record PoolSilosOptions
{
    [Option("Roles that a silo must have to run this pool, all of them; without any, every silo runs it.")]
    public IReadOnlyList<string> Roles { get; set; } = [];
}
