namespace Snakepit.Pools;

/// <summary>Where the number of workers of a shard comes from.</summary>
public enum SizeSource
{
    /// <summary>The configuration says it (PoolSize).</summary>
    Configured,

    /// <summary>A person gave it (<c>snakepit scale</c>); it holds until it is reset.</summary>
    Scaled,

    /// <summary>The shard follows its load (MinSize to MaxSize).</summary>
    Auto,
}
