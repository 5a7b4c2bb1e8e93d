using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// Keeps what the shards of one pool say in their pulses. Tells which shards are silent, and which places they have for calls that wait on
/// other shards. Pure; moments are offsets on one monotonic clock. Not thread-safe.
/// </summary>
public sealed class ShardRoster
{
    /// <summary>
    /// A shard whose latest pulse is older than this has missed two: routers avoid it. That says nothing about its calls.
    /// </summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ShardId, Entry> _entries = [];

    /// <summary>Takes a pulse. False for one of a run that a later run has followed.</summary>
    public bool Learn(ShardPulse pulse, PoolTerms? terms, TimeSpan now)
    {
        if (_entries.TryGetValue(pulse.Shard, out var entry) && entry.Pulse.Incarnation != pulse.Incarnation)
        {
            if (entry.Pulse.Incarnation.Generation > pulse.Incarnation.Generation)
                return false;
            entry = null;
        }

        entry ??= _entries[pulse.Shard] = new Entry();
        entry.Pulse = pulse;
        entry.At = now;
        entry.Promised = 0;
        if (terms is not null)
            entry.Terms = (pulse.Terms, terms);
        return true;
    }

    /// <summary>The terms that hold for the shard are not known; it is not listed before they are.</summary>
    public bool LacksTerms(ShardPulse pulse) => _entries[pulse.Shard].Terms is not { } kept || kept.Number != pulse.Terms;

    /// <summary>
    /// Places on other shards for the calls that wait on this one. Given to one shard only, until their own shard's next pulse.
    /// </summary>
    public ShardRoom[] SetAside(ShardPulse pulse, TimeSpan now)
    {
        if (pulse.Queued == 0)
            return [];
        var others = _entries.Values.Where(entry => entry.Pulse.Shard != pulse.Shard && !entry.IsSilent(now)).ToList();
        var shares = RoomRule.Share(pulse.Queued, [.. others.Select(entry => entry.Pulse.Room - entry.Promised)]);
        var room = new List<ShardRoom>();
        foreach (var (other, places) in others.Zip(shares))
        {
            other.Promised += places;
            if (places > 0)
                room.Add(new ShardRoom(other.Pulse.Shard.Silo, places));
        }

        return [.. room];
    }

    /// <summary>
    /// Drops what membership calls dead, and nothing else. Rows of dead silos are removed from membership some day; a shard that has
    /// announced nothing since then is dropped with its silence.
    /// </summary>
    /// <param name="isDead">Membership calls this run of a silo dead.</param>
    /// <param name="isMember">Membership has a silo of this name.</param>
    /// <param name="now">The present moment.</param>
    public void Forget(Func<Incarnation, bool> isDead, Func<string, bool> isMember, TimeSpan now)
    {
        foreach (var (shard, entry) in _entries)
        {
            if (isDead(entry.Pulse.Incarnation) || (entry.IsSilent(now) && !isMember(shard.Silo)))
                _entries.Remove(shard);
        }
    }

    /// <summary>The shards whose terms are known.</summary>
    public ShardView[] Views(TimeSpan now) => [.. Listed.Select(entry => entry.View(now))];

    /// <summary>
    /// Shards of one pool normally have the same options. While they differ, the client uses the largest limits; each shard still enforces
    /// its own.
    /// </summary>
    public PoolTerms Terms
    {
        get
        {
            PoolTerms[] terms = [.. Listed.Select(entry => entry.Terms!.Value.Terms)];
            return terms.Length == 0 ? new PoolTerms() : terms[0] with
            {
                RequestTimeout = Longest(terms, each => each.RequestTimeout),
                StreamTimeout = Longest(terms, each => each.StreamTimeout),
                IdempotentTools = terms.FirstOrDefault(each => each.IdempotentTools.Count > 0)?.IdempotentTools ?? [],
                MaxRequestBytes = terms.Max(each => each.MaxRequestBytes),
            };
        }
    }

    private IEnumerable<Entry> Listed => _entries.Values.Where(entry => entry.Terms is not null);

    private static TimeSpan Longest(PoolTerms[] terms, Func<PoolTerms, TimeSpan> timeout) =>
        Array.Exists(terms, each => timeout(each) == Timeout.InfiniteTimeSpan) ? Timeout.InfiniteTimeSpan : terms.Max(timeout);

    private sealed class Entry
    {
        public ShardPulse Pulse { get; set; }

        /// <summary>When the pulse came.</summary>
        public TimeSpan At { get; set; }

        /// <summary>Of its room: places that were given to waiting calls of other shards since the pulse.</summary>
        public int Promised { get; set; }

        public (int Number, PoolTerms Terms)? Terms { get; set; }

        public bool IsSilent(TimeSpan now) => now - At > SilentAfter;

        public ShardView View(TimeSpan now) =>
            new(Pulse.Shard, Pulse.Incarnation, Pulse.State, Pulse.Load, Pulse.Capacity, IsSilent(now));
    }
}
