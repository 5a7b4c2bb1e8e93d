using Microsoft.Extensions.Logging;
using Snakepit.Pools;

namespace Snakepit.Grains.Sessions;

/// <summary>
/// Tells the other shards of a pool that a session is here now: what they keep for it is old from this moment, and it may come
/// back to them, when silos come and go or refuse a call.
/// </summary>
internal sealed class OtherShards(ISiloStatusOracle silos, IGrainFactory grains, TimeProvider time, ILogger<OtherShards> logger)
{
    /// <summary>How long the answer to a session's first call may wait for them. Who does not hear within this time is usually leaving the cluster.</summary>
    private static readonly TimeSpan HearingLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Ends when all have heard, or not in time. Never faults.</summary>
    public Task ForgetAsync(ShardId own, string session)
    {
        var others = Names().Where(silo => silo != own.Silo).ToList();
        return others.Count == 0 ? Task.CompletedTask : ForgetAsync(own, others, session);
    }

    private async Task ForgetAsync(ShardId own, List<string> others, string session)
    {
        try
        {
            await Task.WhenAll(others.Select(silo => grains.GetGrain<IPoolShardGrain>(new ShardId(own.Pool, silo).ToString()).ForgetSessionAsync(session)))
                .WaitAsync(HearingLimit, time);
        }
        catch (Exception error) // the call goes on; only a shard that lives on unheard could take what it has for new
        {
            PoolLog.SessionUnheard(logger, error, own, session);
        }
    }

    private IEnumerable<string> Names()
    {
        foreach (var silo in silos.GetApproximateSiloStatuses(onlyActive: true).Keys)
        {
            if (silos.TryGetSiloName(silo, out var name))
                yield return name;
        }
    }
}
