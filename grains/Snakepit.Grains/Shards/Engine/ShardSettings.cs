using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Pools;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>What a shard keeps to: everything that follows from the options of its pool and of its silo, computed once.</summary>
internal sealed record ShardSettings
{
    public required PoolOptions Pool { get; init; }

    public required TimeoutPlan Plan { get; init; }

    public required SchedulerSpec Scheduler { get; init; }

    /// <summary>What its processes are started with, but for the name of each.</summary>
    public required WorkerSpec Worker { get; init; }

    public required HeartbeatSpec Heartbeat { get; init; }

    /// <summary>A worker that has missed its heartbeats is killed; otherwise it is only logged.</summary>
    public required bool KillsLostWorkers { get; init; }

    /// <summary>What the pool's clients do about calls whose worker crashed.</summary>
    public required RetryPolicy Retry { get; init; }

    /// <summary>Most bytes of a request, arguments and attachments together.</summary>
    public required long MaxRequestBytes { get; init; }

    /// <summary>How long running calls may go on when the silo stops.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <param name="pool">The pool's options.</param>
    /// <param name="options">The silo's.</param>
    /// <param name="size">Number of workers that somebody gave the pool; null for the configured one.</param>
    public static ShardSettings Of(PoolOptions pool, SnakepitOptions options, int? size = null)
    {
        var plan = options.Plan(pool);
        var barrier = options.Barrier(pool);
        return new ShardSettings
        {
            Pool = pool,
            Plan = plan,
            Scheduler = Specs.Scheduler(pool, options, plan, barrier) with { GivenSize = size },
            Worker = Specs.Worker(pool, options, plan),
            Heartbeat = HeartbeatOptions.Spec(pool.Heartbeat, options.Heartbeat, plan.HealthCheckTimeout.Value),
            KillsLostWorkers = HeartbeatOptions.IsDependent(pool.Heartbeat, options.Heartbeat),
            Retry = barrier.Retry,
            MaxRequestBytes = options.MaxRequestBytes,
            DrainTimeout = options.DrainTimeout,
        };
    }
}
