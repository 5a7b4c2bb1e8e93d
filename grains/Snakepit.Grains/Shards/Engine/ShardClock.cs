namespace Snakepit.Grains.Shards.Engine;

/// <summary>The one clock of a shard: offsets from its making, monotonic.</summary>
internal sealed class ShardClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    // One tick past the origin: the scheduler's zero means "not yet".
    public TimeSpan Now => time.GetElapsedTime(_origin) + TimeSpan.FromTicks(1);

    /// <summary>Time since a timestamp of the same clock.</summary>
    public TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    public TimeProvider Time => time;
}
