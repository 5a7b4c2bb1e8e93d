using Snakepit.Identity;

namespace Snakepit.Grains.Placement;

/// <summary>The cluster's membership, in our words. Thread-safe.</summary>
internal sealed class ClusterSilos(IClusterMembershipService membership, IClusterManifestProvider manifests)
{
    /// <summary>Type of the grains that are the addresses of shards.</summary>
    public const string ShardTypeName = "poolshard";

    /// <summary>Type of the grains whose key is a silo's name and nothing else.</summary>
    public const string SiloTypeName = "snakepitsilo";

    public static readonly GrainType SiloType = GrainType.Create(SiloTypeName);

    private static readonly GrainType ShardType = GrainType.Create(ShardTypeName);

    public ClusterMembershipSnapshot Snapshot => membership.CurrentSnapshot;

    /// <summary>Silos that serve and have shards. Those of a mixed cluster that run other grains only are left out.</summary>
    public IEnumerable<ClusterMember> Serving => Present.Where(static member => member.Status == SiloStatus.Active);

    /// <summary>The same with those that leave in order.</summary>
    public IEnumerable<ClusterMember> Present
    {
        get
        {
            var silos = manifests.Current.Silos;
            // A silo whose manifest is not here yet may have shards.
            return Snapshot.Members.Values.Where(member =>
                IsThere(member.Status)
                    && (!silos.TryGetValue(member.SiloAddress, out var manifest) || manifest.Grains.ContainsKey(ShardType)));
        }
    }

    /// <summary>The newest run of the silo with this name that has not ended; null when there is none.</summary>
    public ClusterMember? Find(string name)
    {
        ClusterMember? newest = null;
        foreach (var member in Snapshot.Members.Values)
        {
            if (member.Name == name
                && IsThere(member.Status)
                && (newest is null || member.SiloAddress.Generation > newest.SiloAddress.Generation))
                newest = member;
        }

        return newest;
    }

    /// <summary>Every run that membership does not call dead.</summary>
    public Incarnation[] Living =>
        [.. Snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).Select(member => member.SiloAddress.ToIncarnation())];

    /// <summary>A silo that leaves in order still answers about the calls and streams that it has.</summary>
    private static bool IsThere(SiloStatus status) => status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
}

internal static class SiloAddresses
{
    public static Incarnation ToIncarnation(this SiloAddress address) => new(address.Endpoint.ToString(), address.Generation);
}
