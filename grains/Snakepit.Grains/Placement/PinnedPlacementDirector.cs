using Orleans.Runtime.Placement;
using Snakepit.Errors;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Placement;

/// <summary>Finds the silo by name. Refuses when it is gone: a shard moved elsewhere would speak for workers that do not exist.</summary>
internal sealed class PinnedPlacementDirector(ClusterSilos silos) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var name = PinnedDirectory.SiloOf(target.GrainIdentity);
        if (silos.Find(name) is { } member)
            return Task.FromResult(member.SiloAddress);
        return strategy is PinnedOrStandInPlacement
            ? Task.FromResult(Anywhere(context.GetCompatibleSilos(target)))
            : throw SiloGone(name, target.GrainIdentity.Key.ToString()!);
    }

    public static SnakepitException SiloGone(string silo, string key) =>
        new(
            SnakepitErrorCode.SiloUnreachable,
            $"Silo '{silo}' is not in the cluster, so '{key}' cannot be reached.",
            stage: CallStage.Dispatch);

    private static SiloAddress Anywhere(SiloAddress[] candidates) => candidates[Random.Shared.Next(candidates.Length)];
}
