using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>Which shard a call goes to. Pure.</summary>
internal static class ShardChoice
{
    /// <summary>
    /// A session's calls go to one shard, the same for every client, as long as it takes calls. Others go to the own silo's
    /// shard when that takes calls; else, of two taken at random, to the emptier one. Looking at two instead of all keeps
    /// many routers with old views from all running to the same shard.
    /// </summary>
    /// <param name="shards">The pool's shards; not empty.</param>
    /// <param name="session">The call's session, or null.</param>
    /// <param name="localSilo">The own silo, or null.</param>
    /// <param name="avoid">Shards that have just refused this call.</param>
    /// <param name="inFlight">Own calls on a shard that its report may not show yet.</param>
    /// <param name="random">Numbers in [0, n).</param>
    public static ShardId Pick(
        ReadOnlySpan<ShardView> shards, string? session, string? localSilo, IReadOnlySet<ShardId> avoid, Func<ShardId, int> inFlight, Func<int, int> random)
    {
        Span<int> candidates = shards.Length <= 64 ? stackalloc int[shards.Length] : new int[shards.Length];
        var count = Fill(shards, candidates, shard => shard.State is PoolState.Ready or PoolState.Degraded && !avoid.Contains(shard.Shard));
        if (count == 0)
            count = Fill(shards, candidates, shard => !avoid.Contains(shard.Shard));
        if (count == 0)
            count = Fill(shards, candidates, static _ => true);

        if (session is not null)
            return Highest(shards, candidates[..count], session);
        for (var i = 0; i < count && localSilo is not null; i++)
        {
            if (shards[candidates[i]].Shard.Silo == localSilo)
                return shards[candidates[i]].Shard;
        }

        var first = random(count);
        if (count == 1)
            return shards[candidates[first]].Shard;
        var second = random(count - 1);
        if (second >= first)
            second++;
        var (a, b) = (shards[candidates[first]], shards[candidates[second]]);
        return Fullness(a, inFlight(a.Shard)) <= Fullness(b, inFlight(b.Shard)) ? a.Shard : b.Shard;
    }

    /// <summary>Rendezvous hashing: when a shard comes or goes, only the sessions that it wins or had move.</summary>
    private static ShardId Highest(ReadOnlySpan<ShardView> shards, ReadOnlySpan<int> candidates, string session)
    {
        var (best, highest) = (shards[candidates[0]].Shard, 0u);
        foreach (var candidate in candidates)
        {
            var shard = shards[candidate].Shard;
            var weight = StableHash.ComputeHash($"{shard.Silo}/{session}");
            if (weight > highest || (weight == highest && string.CompareOrdinal(shard.Silo, best.Silo) < 0))
                (best, highest) = (shard, weight);
        }

        return best;
    }

    private static int Fill(ReadOnlySpan<ShardView> shards, Span<int> candidates, Func<ShardView, bool> fits)
    {
        var count = 0;
        for (var i = 0; i < shards.Length; i++)
        {
            if (fits(shards[i]))
                candidates[count++] = i;
        }

        return count;
    }

    private static double Fullness(ShardView shard, int inFlight) => (double)Math.Max(shard.Load, inFlight) / Math.Max(1, shard.Capacity);
}
