using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Timeouts;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>What the processes of a shard are started with.</summary>
internal sealed class WorkerSpecs(ShardId id, PoolOptions pool, SnakepitOptions options, TimeoutPlan plan)
{
    public WorkerSpec For(int slot, int generation) => new()
    {
        Worker = new WorkerId(new SlotId(id, slot), generation),
        Adapter = pool.Adapter!,
        AdapterArgs = pool.ExtraArgs,
        AdapterEnv = pool.AdapterEnv,
        InheritEnvironment = pool.InheritEnvironment ?? options.InheritEnvironment,
        PythonPath = pool.PythonPath,
        PythonExecutable = pool.PythonExecutable,
        Capacity = pool.WorkerCapacity,
        StartupTimeout = plan.StartupTimeout.Value,
        ServerReadyTimeout = plan.ServerReadyTimeout.Value,
        LinkTimeout = plan.WorkerReadyTimeout.Value,
        MaxMessageBytes = Math.Max(options.MaxRequestBytes, options.MaxResultBytes),
        LogLevel = options.PythonLogLevel,
    };
}
