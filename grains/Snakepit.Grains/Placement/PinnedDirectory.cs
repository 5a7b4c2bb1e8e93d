using Orleans.GrainDirectory;
using Snakepit.Identity;

namespace Snakepit.Grains.Placement;

/// <summary>
/// Finds grains whose key names their silo. The answer follows from the cluster's membership alone: no silo keeps entries, so no
/// entry is lost with a silo, and no grain is deactivated because another silo left.
/// </summary>
/// <remarks>
/// The framework's own directory deactivates a living activation when the silo leaves that holds its entry. Learnt from six of twelve
/// departures, each of which ended shards on silos that stayed.
/// </remarks>
internal sealed class PinnedDirectory(ClusterSilos silos) : IGrainDirectory
{
    public const string Name = "snakepit";

    /// <summary>Name of the silo that a grain's key names: <c>pool@silo</c>, <c>pool@silo#slot</c>, or the silo alone.</summary>
    /// <exception cref="FormatException">The key is none of these.</exception>
    public static string SiloOf(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        if (grain.Type == ClusterSilos.SiloType)
            return key;
        return (key.Contains('#', StringComparison.Ordinal) ? SlotId.FromKey(key).Shard : ShardId.FromKey(key)).Silo;
    }

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(silos.Find(SiloOf(grainId)) is { } member
        ? new GrainAddress { GrainId = grainId, SiloAddress = member.SiloAddress, MembershipVersion = silos.Snapshot.Version }
        : null);

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
