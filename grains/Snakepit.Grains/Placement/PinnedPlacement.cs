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

    /// <inheritdoc cref="PinnedDirectory"/>
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>The same while that silo is in the cluster; without it anywhere, for what has to be tidied up after it.</summary>
[Serializable, GenerateSerializer, Immutable]
internal sealed class PinnedOrStandInPlacement : PlacementStrategy
{
    public static PinnedOrStandInPlacement Instance { get; } = new();

    /// <inheritdoc cref="PinnedDirectory"/>
    public override bool IsUsingGrainDirectory => false;
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class PinnedPlacementAttribute(bool standIn = false)
    : PlacementAttribute(standIn ? PinnedOrStandInPlacement.Instance : PinnedPlacement.Instance);
