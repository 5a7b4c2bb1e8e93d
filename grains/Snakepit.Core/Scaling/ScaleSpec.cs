namespace Snakepit.Core.Scaling;

/// <summary>How a shard that scales itself chooses its number of workers.</summary>
public sealed record ScaleSpec
{
    /// <summary>Fewest workers; at 0 the shard sleeps while no call comes.</summary>
    public required int MinSize { get; init; }

    /// <summary>Most workers.</summary>
    public required int MaxSize { get; init; }

    /// <summary>Share of the workers' capacity that the load is to take.</summary>
    public double TargetLoad { get; init; } = 0.7;

    /// <summary>Free workers beside those that the load needs.</summary>
    public int BufferWorkers { get; init; }

    /// <summary>How long the load must have been lower before workers leave.</summary>
    public TimeSpan ScaleDownAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Workers of a shard without load.</summary>
    public int IdleSize => Math.Max(MinSize, BufferWorkers);

    /// <summary>The number within the bounds.</summary>
    public int Bounded(int size) => Math.Clamp(size, IdleSize, MaxSize);
}
