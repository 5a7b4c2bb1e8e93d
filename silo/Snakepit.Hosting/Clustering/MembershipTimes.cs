using Orleans.Configuration;

namespace Snakepit.Hosting.Clustering;

/// <summary>How fast a cluster notices that a silo is gone. The framework's own values take a quarter to a whole minute.</summary>
internal static class MembershipTimes
{
    public static void Apply(ClusterMembershipOptions membership)
    {
        // Silos probe each other. Three missed probes make a suspicion; one probe a second makes that about three seconds.
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedProbesLimit = 3;
        // Probes adapt to what a silo's answers usually take. Below half a second a garbage collection would look like a loss.
        membership.MinProbeTimeout = TimeSpan.FromSeconds(0.5);
        // Three times this is also how long anything that arrived on a connection speaks for a silo that misses probes
        // (EnableConnectionLivenessCheck, which stays on): 6 s instead of 60 s until a stopped or cut off silo is voted out.
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        membership.EnableConnectionLivenessCheck = true;
        // Silos tell each other about changes. The table is for those that missed it; one small query in 5 s costs nothing.
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // Rows older than six times this are stale. After a loss of the whole cluster, the first silo to return waits until the
        // others' rows are stale: 30 s instead of 90 s. Less would make all rows stale while the database fails over, and stale
        // silos do not count when the votes that a death needs are counted.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.NumMissedTableIAmAliveLimit = 6;
        // Rows of the dead are for people who look into the table after an incident: a day is enough.
        membership.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
