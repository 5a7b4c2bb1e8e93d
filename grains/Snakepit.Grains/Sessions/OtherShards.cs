using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Pools;

namespace Snakepit.Grains.Sessions;

/// <summary>
/// Tells the other shards of a pool that a session is here now: what they keep for it is old from this moment, and it may come
/// back to them, when silos come and go or refuse a call. Thread-safe.
/// </summary>
internal sealed class OtherShards(SnakepitOptions options, ISiloStatusOracle silos, IGrainFactory grains, TimeProvider time, ILogger<OtherShards> logger)
{
    /// <summary>Warnings: when one silo hangs, every new session would give one.</summary>
    private static readonly TimeSpan WarningPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Pool, SiloAddress Silo), bool> _withoutPool = new();
    private long _warned;

    /// <summary>Ends when all have heard, or not in time. Never faults.</summary>
    /// <param name="own">The shard that has the session now.</param>
    /// <param name="session">Its name.</param>
    /// <param name="limit">How long the call can wait.</param>
    public async Task ForgetAsync(ShardId own, string session, TimeSpan limit)
    {
        try
        {
            var telling = silos.GetApproximateSiloStatuses(onlyActive: true).Keys
                .Where(silo => silo != silos.SiloAddress && !_withoutPool.ContainsKey((own.Pool, silo)))
                .Select(silo => TellAsync(own.Pool, silo, session))
                .ToList();
            if (options.SessionNoticeTimeout == TimeSpan.Zero)
                Task.WhenAll(telling).Ignore();
            else if (telling.Count > 0)
                await Task.WhenAll(telling).WaitAsync(TimeSpan.FromTicks(Math.Clamp(limit.Ticks, 0, options.SessionNoticeTimeout.Ticks)), time);
        }
        catch (Exception error) // who does not hear is usually leaving the cluster, and the call goes on; only a shard that lives on unheard could take what it has for new
        {
            if (_warned != 0 && time.GetElapsedTime(_warned) < WarningPause)
                return;
            _warned = time.GetTimestamp();
            PoolLog.SessionUnheard(logger, error, own, session, WarningPause.TotalSeconds);
        }
    }

    private async Task TellAsync(string pool, SiloAddress silo, string session)
    {
        if (silos.TryGetSiloName(silo, out var name)
            && !await grains.GetGrain<IPoolShardGrain>(new ShardId(pool, name).ToString()).ForgetSessionAsync(session))
            _withoutPool.TryAdd((pool, silo), true); // as long as it lives: its configuration is read once
    }
}
