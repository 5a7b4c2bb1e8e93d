using Orleans.Placement;

namespace Snakepit.Grains.Placement;

/// <summary>
/// Puts a grain on the silo that its key names (<c>pool@silo</c>, <c>pool@silo#slot</c>) and nowhere else: what it speaks
/// for, processes and sockets, exists only there.
/// </summary>
[Serializable, GenerateSerializer, Immutable]
internal sealed class PinnedPlacement : PlacementStrategy
{
    public static PinnedPlacement Instance { get; } = new();
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class PinnedPlacementAttribute() : PlacementAttribute(PinnedPlacement.Instance);
