using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>What a call asks of a shard.</summary>
internal readonly record struct ShardWish()
{
    /// <summary>The call's session, or null.</summary>
    public string? Session { get; init; }

    /// <summary>The own silo, or null.</summary>
    public string? LocalSilo { get; init; }

    /// <summary>Whether the own silo's shard could begin a call now; null when only its pulse tells.</summary>
    public bool? LocalHasRoom { get; init; }

    /// <summary>Shards that have failed this call.</summary>
    public IReadOnlySet<ShardId> Avoid { get; init; } = Nothing;

    /// <summary>Shards that had no free worker for this call.</summary>
    public IReadOnlySet<ShardId> Full { get; init; } = Nothing;

    /// <summary>Silo that has set a place aside for this call, or null.</summary>
    public string? Reserved { get; init; }

    private static readonly HashSet<ShardId> Nothing = [];
}

/// <summary>Where a call goes.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="MayWait">Whether it waits there when no worker is free; otherwise it comes back for another shard that has room.</param>
internal readonly record struct ShardPick(ShardView Shard, bool MayWait);

/// <summary>Which shard a call goes to. Pure.</summary>
internal static class ShardChoice
{
    /// <summary>Shards that are asked for a free worker, one after the other, before the call waits in a queue.</summary>
    public const int MostAsked = 3;

    /// <summary>
    /// A session's calls go to one shard, the same for every client, as long as it takes calls. Others go where a worker is free: to the
    /// own silo's shard first, else, of two taken at random, to the emptier one. When no shard has room, the call waits at the emptier of
    /// two, of which the own silo's is one. Looking at two instead of all keeps many routers with old views from all running to the same
    /// shard.
    /// </summary>
    /// <param name="shards">The pool's shards; not empty.</param>
    /// <param name="wish">What the call asks for.</param>
    /// <param name="inFlight">Own calls on a shard that its pulse may not show yet.</param>
    /// <param name="random">Numbers in [0, n).</param>
    public static ShardPick Pick(ReadOnlySpan<ShardView> shards, ShardWish wish, Func<ShardView, int> inFlight, Func<int, int> random)
    {
        if (shards.Length == 1)
            return new ShardPick(shards[0], MayWait: true);
        Span<int> space = shards.Length <= 64 ? stackalloc int[2 * shards.Length] : new int[2 * shards.Length];
        var usable = Usable(shards, space[..shards.Length], wish.Avoid);
        if (wish.Session is { } session)
            return new ShardPick(Highest(shards, usable, session), MayWait: true);
        if (wish.Full.Count < MostAsked)
        {
            foreach (var candidate in usable)
            {
                if (shards[candidate].Shard.Silo == wish.Reserved && !wish.Full.Contains(shards[candidate].Shard))
                    return new ShardPick(shards[candidate], MayWait: usable.Length == 1);
            }

            var roomy = Roomy(shards, usable, space[shards.Length..], wish, inFlight);
            if (roomy.Length > 0)
            {
                var chosen = Local(shards, roomy, wish.LocalSilo) ?? Emptier(shards, roomy, inFlight, random);
                return new ShardPick(chosen, MayWait: roomy.Length == 1);
            }
        }

        if (Local(shards, usable, wish.LocalSilo) is not { } local)
            return new ShardPick(Emptier(shards, usable, inFlight, random), MayWait: true);
        var other = shards[usable[random(usable.Length)]];
        return new ShardPick(Fullness(local, inFlight(local)) <= Fullness(other, inFlight(other)) ? local : other, MayWait: true);
    }

    /// <summary>Those that take calls; else those that have not failed this one; else all.</summary>
    private static Span<int> Usable(ReadOnlySpan<ShardView> shards, Span<int> space, IReadOnlySet<ShardId> avoid)
    {
        var count = Fill(
            shards,
            space,
            shard => shard is { State: PoolState.Ready or PoolState.Degraded, Silent: false } && !avoid.Contains(shard.Shard));
        if (count == 0)
            count = Fill(shards, space, shard => !avoid.Contains(shard.Shard));
        if (count == 0)
            count = Fill(shards, space, static _ => true);
        return space[..count];
    }

    private static Span<int> Roomy(
        ReadOnlySpan<ShardView> shards, Span<int> usable, Span<int> space, ShardWish wish, Func<ShardView, int> inFlight)
    {
        var count = 0;
        foreach (var candidate in usable)
        {
            var shard = shards[candidate];
            var roomy = shard.Shard.Silo == wish.LocalSilo && wish.LocalHasRoom is { } hasRoom
                ? hasRoom
                : shard.State == PoolState.Ready && Math.Max(shard.Load, inFlight(shard)) < shard.Capacity;
            if (roomy && !wish.Full.Contains(shard.Shard))
                space[count++] = candidate;
        }

        return space[..count];
    }

    private static ShardView? Local(ReadOnlySpan<ShardView> shards, Span<int> candidates, string? localSilo)
    {
        foreach (var candidate in candidates)
        {
            if (localSilo is not null && shards[candidate].Shard.Silo == localSilo)
                return shards[candidate];
        }

        return null;
    }

    private static ShardView Emptier(
        ReadOnlySpan<ShardView> shards, Span<int> candidates, Func<ShardView, int> inFlight, Func<int, int> random)
    {
        var first = random(candidates.Length);
        if (candidates.Length == 1)
            return shards[candidates[first]];
        var second = random(candidates.Length - 1);
        if (second >= first)
            second++;
        var (a, b) = (shards[candidates[first]], shards[candidates[second]]);
        return Fullness(a, inFlight(a)) <= Fullness(b, inFlight(b)) ? a : b;
    }

    /// <summary>Rendezvous hashing: when a shard comes or goes, only the sessions that it wins or had move.</summary>
    private static ShardView Highest(ReadOnlySpan<ShardView> shards, Span<int> candidates, string session)
    {
        var (best, highest) = (shards[candidates[0]], 0u);
        foreach (var candidate in candidates)
        {
            var shard = shards[candidate];
            var weight = StableHash.ComputeHash($"{shard.Shard.Silo}/{session}");
            if (weight > highest || (weight == highest && string.CompareOrdinal(shard.Shard.Silo, best.Shard.Silo) < 0))
                (best, highest) = (shard, weight);
        }

        return best;
    }

    private static int Fill(ReadOnlySpan<ShardView> shards, Span<int> space, Func<ShardView, bool> fits)
    {
        var count = 0;
        for (var i = 0; i < shards.Length; i++)
        {
            if (fits(shards[i]))
                space[count++] = i;
        }

        return count;
    }

    private static double Fullness(ShardView shard, int inFlight) => (double)Math.Max(shard.Load, inFlight) / Math.Max(1, shard.Capacity);
}
