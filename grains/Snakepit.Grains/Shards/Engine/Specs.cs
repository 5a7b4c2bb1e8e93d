using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>What a pool's options ask of its scheduler and of its processes.</summary>
internal static class Specs
{
    public static SchedulerSpec Scheduler(PoolOptions pool, SnakepitOptions options, TimeoutPlan plan, CrashBarrierSpec barrier) => new()
    {
        Size = pool.PoolSize,
        Scale = pool.Scale,
        WorkerCapacity = pool.CallsPerWorker,
        QueueLimit = pool.MaxQueueSize ?? options.PoolMaxQueueSize,
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

    /// <summary>Without the name of the worker, which each start adds.</summary>
    public static WorkerSpec Worker(PoolOptions pool, SnakepitOptions options, TimeoutPlan plan) => new()
    {
        Worker = default,
        Adapter = pool.Adapter!,
        AdapterArgs = pool.ExtraArgs,
        AdapterEnv = pool.AdapterEnv,
        InheritEnvironment = pool.InheritEnvironment ?? options.InheritEnvironment,
        PythonPath = pool.PythonPath,
        PythonExecutable = pool.PythonExecutable,
        Capacity = pool.CallsPerWorker,
        Threads = pool.Threads,
        StartupTimeout = plan.StartupTimeout.Value,
        ServerReadyTimeout = plan.ServerReadyTimeout.Value,
        LinkTimeout = plan.WorkerReadyTimeout.Value,
        MaxMessageBytes = Math.Max(options.MaxRequestBytes, options.MaxResultBytes),
        LogLevel = options.PythonLogLevel,
    };
}
