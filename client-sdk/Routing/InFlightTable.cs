using System.Collections.Concurrent;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// The client's own calls, by shard and by the run of the silo that they were sent to. When membership has no such run any more, its calls
/// end at once; without this an external client would wait out the whole budget of a call to a dead silo. Thread-safe.
/// </summary>
internal sealed class InFlightTable
{
    private readonly ConcurrentDictionary<(ShardId Shard, Incarnation Run), Entry> _entries = new();

    public int Count(ShardView shard) => _entries.TryGetValue((shard.Shard, shard.Incarnation), out var entry) ? entry.Calls : 0;

    public bool HasCalls(string pool)
    {
        foreach (var (key, entry) in _entries)
        {
            if (key.Shard.Pool == pool && entry.Calls > 0)
                return true;
        }

        return false;
    }

    /// <summary>A call is sent.</summary>
    /// <param name="shard">Where to.</param>
    /// <param name="membershipVersion">Version of the view that listed it.</param>
    public Entry Enter(ShardView shard, long membershipVersion)
    {
        var entry = _entries.GetOrAdd((shard.Shard, shard.Incarnation), static (_, version) => new Entry(version), membershipVersion);
        Interlocked.Increment(ref entry.Calls);
        return entry;
    }

    /// <summary>
    /// Ends the calls to runs that membership has no more. Silence ends nothing, and neither does a view that is older than the one that
    /// listed the run.
    /// </summary>
    /// <param name="view">A new view of a pool.</param>
    /// <param name="isNewCluster">Nothing of the cluster that was known before is left, so that versions cannot be compared.</param>
    public void Reconcile(PoolView view, bool isNewCluster)
    {
        foreach (var (key, entry) in _entries)
        {
            if (key.Shard.Pool == view.Pool
                && (isNewCluster || view.MembershipVersion >= entry.MembershipVersion)
                && !view.Members.Contains(key.Run)
                && _entries.TryRemove(key, out _))
                entry.Lose();
        }
    }

    /// <summary>A connection to a gateway broke: the answers of calls that it carried are lost, and nothing says which these are.</summary>
    public void Interrupt()
    {
        foreach (var entry in _entries.Values)
            entry.Interrupt();
    }

    internal sealed class Entry(long membershipVersion)
    {
        private CancellationTokenSource _interrupt = new();
        private volatile bool _lost;

        public int Calls;

        /// <summary>Version of the view that listed the run first.</summary>
        public long MembershipVersion => membershipVersion;

        /// <summary>The run of the silo is gone.</summary>
        public bool IsLost => _lost;

        /// <summary>
        /// Fires when the run is lost, or when a connection broke that may have carried the call. Take it before the call is sent.
        /// </summary>
        public CancellationToken Interrupted => Volatile.Read(ref _interrupt).Token;

        public void Leave() => Interlocked.Decrement(ref Calls);

        public void Lose()
        {
            _lost = true;
            Volatile.Read(ref _interrupt).Cancel();
        }

        public void Interrupt() => Interlocked.Exchange(ref _interrupt, new CancellationTokenSource()).Cancel();
    }
}
