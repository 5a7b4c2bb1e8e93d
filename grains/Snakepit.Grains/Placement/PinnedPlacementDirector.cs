using Orleans.Runtime.Placement;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Placement;

/// <summary>Finds the silo by name. Refuses when it is gone: a shard moved elsewhere would speak for workers that do not exist.</summary>
internal sealed class PinnedPlacementDirector(ISiloStatusOracle silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        var name = (key.Contains('#', StringComparison.Ordinal) ? SlotId.FromKey(key).Shard : ShardId.FromKey(key)).Silo;
        foreach (var silo in context.GetCompatibleSilos(target))
        {
            if (silos.TryGetSiloName(silo, out var candidate) && candidate == name)
                return Task.FromResult(silo);
        }

        return strategy is PinnedOrStandInPlacement ? Task.FromResult(Anywhere(context.GetCompatibleSilos(target))) : throw SiloGone(name, key);
    }

    public static SnakepitException SiloGone(string silo, string key) =>
        new(SnakepitErrorCode.SiloUnreachable, $"Silo '{silo}' is not in the cluster, so '{key}' cannot be reached.", stage: CallStage.Dispatch);

    private static SiloAddress Anywhere(SiloAddress[] candidates) => candidates[Random.Shared.Next(candidates.Length)];
}
