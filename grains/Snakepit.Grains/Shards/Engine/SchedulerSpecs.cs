using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>What a pool's options ask of its scheduler.</summary>
internal static class SchedulerSpecs
{
    public static SchedulerSpec Of(PoolOptions pool, SnakepitOptions options, TimeoutPlan plan)
    {
        var barrier = options.Barrier(pool);
        return new SchedulerSpec
        {
            Size = pool.PoolSize,
            QueueLimit = pool.MaxQueueSize,
            StartBatchSize = pool.StartupBatchSize,
            StartBatchDelay = pool.StartupBatchDelay,
            CancelGrace = plan.CancelGrace.Value,
            DumpGrace = plan.DumpGrace.Value,
            Recycle = pool.Recycle,
            RecyclePause = RecycleRule.Pause(pool.RecycleCpuShare, Environment.ProcessorCount),
            RecycleHold = pool.RecycleHold == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : pool.RecycleHold,
            Taint = barrier.Taint,
            Breaker = barrier.Breaker,
            MaxSessions = options.MaxSessions,
            SessionTtl = options.SessionTtl,
        };
    }
}
