using Orleans.Placement;
using Snakepit.Grains.Placement;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Workers;

/// <inheritdoc cref="IWorkerGrain"/>
[PinnedPlacement, Immovable]
internal sealed class WorkerGrain : Grain, IWorkerGrain
{
    public async Task<WorkerReport?> GetReportAsync()
    {
        var id = SlotId.FromKey(this.GetPrimaryKeyString());
        var report = await GrainFactory.GetGrain<IPoolShardGrain>(id.Shard.ToString()).GetReportAsync();
        return report?.Workers.FirstOrDefault(worker => worker.Worker.Slot == id);
    }
}
