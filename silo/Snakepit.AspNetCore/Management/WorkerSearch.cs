using Snakepit.Errors;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>Finds the worker that a person has named, or the name that was probably meant.</summary>
internal readonly record struct WorkerSearch(IGrainFactory Grains, PoolShards Shards, SiloControl Silos)
{
    /// <summary>The address of a worker on a silo that there is. Whether it has such a worker is not known yet.</summary>
    /// <exception cref="SnakepitException">It is no worker's name, one of another pool, or there is no such silo.</exception>
    public (IWorkerGrain Grain, WorkerName Name) Find(string pool, string worker)
    {
        var name = WorkerName.Parse(worker, pool);
        Silos.CheckName(name.Slot.Shard.Silo);
        return (Grains.GetGrain<IWorkerGrain>(name.Slot.ToString()), name);
    }

    /// <summary>What to throw when the slot has no such worker now.</summary>
    /// <exception cref="SnakepitException">No silo has the pool.</exception>
    public async Task<SnakepitException> NotRunningAsync(string pool, string worker) => new(
        SnakepitErrorCode.InvalidRequest,
        $"No worker '{worker}' runs.{await HintAsync(pool, worker)} 'snakepit workers' lists those that do.");

    /// <summary>A sentence that offers the pool's worker with the nearest name; empty when none is near.</summary>
    /// <exception cref="SnakepitException">No silo has the pool.</exception>
    public async Task<string> HintAsync(string pool, string worker)
    {
        var status = await Shards.StatusAsync(pool);
        if (status is { Shards.Length: 0, SilentSilos.Length: 0 })
            throw await Shards.NotFoundAsync(pool);
        var hasGeneration = WorkerName.Parse(worker, pool).Generation is not null;
        return Spelling.Hint(
            worker,
            from shard in status.Shards
            from each in shard.Workers
            select hasGeneration ? each.Worker.ToString() : each.Worker.Slot.ToString());
    }
}
