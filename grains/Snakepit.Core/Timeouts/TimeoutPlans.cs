using Snakepit.Core.Options;

namespace Snakepit.Core.Timeouts;

public static class TimeoutPlans
{
    /// <summary>The time-outs of a pool.</summary>
    /// <param name="options">The silo's options.</param>
    /// <param name="pool">One of its pools.</param>
    public static TimeoutPlan Plan(this SnakepitOptions options, PoolOptions pool) =>
        new(pool, options, $"{SnakepitOptions.Section}:Pools:{pool.Name}");
}
