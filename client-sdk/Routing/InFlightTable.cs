using System.Collections.Concurrent;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// The client's own calls, by shard. When a shard is gone from the view, its calls end at once; without this an external
/// client would wait out the whole budget of a call to a dead silo.
/// </summary>
internal sealed class InFlightTable
{
    private readonly ConcurrentDictionary<ShardId, Shard> _shards = new();

    public int Count(ShardId shard) => _shards.TryGetValue(shard, out var entry) ? entry.Calls : 0;

    public Shard Enter(ShardId shard)
    {
        var entry = _shards.GetOrAdd(shard, static _ => new Shard());
        Interlocked.Increment(ref entry.Calls);
        return entry;
    }

    /// <summary>Ends the calls to shards of the pool that the new view does not have any more.</summary>
    public void Reconcile(PoolView view)
    {
        foreach (var (shard, entry) in _shards)
        {
            if (shard.Pool == view.Pool && !Array.Exists(view.Shards, known => known.Shard == shard) && _shards.TryRemove(shard, out _))
                entry.Lose();
        }
    }

    internal sealed class Shard
    {
        private readonly CancellationTokenSource _lost = new();

        public int Calls;

        public CancellationToken Lost => _lost.Token;

        public void Leave() => Interlocked.Decrement(ref Calls);

        public void Lose() => _lost.Cancel();
    }
}
