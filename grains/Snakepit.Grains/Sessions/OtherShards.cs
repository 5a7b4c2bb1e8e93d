using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Grains.Placement;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Grains.Sessions;

/// <summary>
/// Tells the other shards of a pool that a session is here now: what they keep for it is old from this moment, and it may come
/// back to them, when silos come and go or refuse a call. Thread-safe.
/// </summary>
internal sealed class OtherShards(
    SnakepitOptions options, ClusterSilos silos, ILocalSiloDetails own, IGrainFactory grains, TimeProvider time,
    ILogger<OtherShards> logger) : ISessionNotice
{
    /// <summary>Warnings: when one silo hangs, every new session would give one.</summary>
    private static readonly TimeSpan WarningPause = TimeSpan.FromSeconds(10);

    /// <summary>Silos that have said that they do not have a pool. Holds as long as such a silo lives: it reads its options once.</summary>
    private readonly ConcurrentDictionary<(string Pool, SiloAddress Silo), bool> _withoutPool = new();
    private long _warned;

    /// <inheritdoc/>
    public async Task ForgetAsync(ShardId shard, string session, TimeSpan limit)
    {
        try
        {
            var telling = silos.Serving
                .Where(silo => silo.SiloAddress != own.SiloAddress && !_withoutPool.ContainsKey((shard.Pool, silo.SiloAddress)))
                .Select(silo => TellAsync(shard.Pool, silo, session))
                .ToList();
            if (options.SessionNoticeTimeout == TimeSpan.Zero)
                Task.WhenAll(telling).Ignore();
            else if (telling.Count > 0)
                await Task.WhenAll(telling).WaitAsync(
                    TimeSpan.FromTicks(Math.Clamp(limit.Ticks, 0, options.SessionNoticeTimeout.Ticks)), time);
        }
        // A silo that does not answer is usually leaving the cluster, and the call goes on. Only a shard that lives and does not hear of
        // the session could later take its old state for the new one.
        catch (Exception error)
        {
            if (_warned != 0 && time.GetElapsedTime(_warned) < WarningPause)
                return;
            _warned = time.GetTimestamp();
            PoolLog.SessionUnheard(logger, error, shard, session, WarningPause.TotalSeconds);
        }
    }

    private async Task TellAsync(string pool, ClusterMember silo, string session)
    {
        if (await grains.GetGrain<IPoolShardGrain>(new ShardId(pool, silo.Name).ToString()).ForgetSessionAsync(session))
            return;
        _withoutPool.TryAdd((pool, silo.SiloAddress), true);
        foreach (var known in _withoutPool.Keys)
        {
            if (silos.Snapshot.GetSiloStatus(known.Silo) is SiloStatus.Dead or SiloStatus.None)
                _withoutPool.TryRemove(known, out _);
        }
    }
}
