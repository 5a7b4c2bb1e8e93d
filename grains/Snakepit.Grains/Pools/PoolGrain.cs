using Orleans.Concurrency;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Placement;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Grains.Pools;

/// <inheritdoc cref="IPoolGrain"/>
[Reentrant]
internal sealed class PoolGrain(SnakepitOptions options, PoolShards shards, ClusterSilos silos, TimeProvider time) : Grain, IPoolGrain
{
    /// <summary>
    /// A shard whose latest pulse is older than this has missed two: routers avoid it. That says nothing about its calls.
    /// </summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long a new activation waits for shards to introduce themselves.</summary>
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How much longer it waits while no silo has named the pool: a pool whose silos are slow is not a pool that does not exist. Both
    /// together are less than the 2 s that clients wait for a view.
    /// </summary>
    private static readonly TimeSpan LateAnswers = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _named = new();

    private readonly Dictionary<ShardId, Known> _known = [];

    /// <summary>
    /// Asks every silo once. The grain learns later answers when they arrive, so one silent silo does not delay the activation.
    /// </summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var asked = shards.IntroduceAsync(this.GetPrimaryKeyString(), introduction => Learn(introduction.Pulse, introduction.Terms));
        await Task.WhenAny(asked, Task.Delay(FirstAnswers, time, cancellationToken));
        await Task.WhenAny(asked, _named.Task, Task.Delay(LateAnswers, time, cancellationToken));
    }

    public Task<PulseAnswer> AnnounceAsync(ShardPulse pulse, PoolTerms? terms)
    {
        if (!Learn(pulse, terms))
            return Task.FromResult(new PulseAnswer(WantsTerms: false, []));
        var wantsTerms = _known[pulse.Shard].Terms is not { } kept || kept.Number != pulse.Terms;
        return Task.FromResult(new PulseAnswer(wantsTerms, wantsTerms ? [] : SetAside(pulse)));
    }

    public Task<PoolView> GetViewAsync()
    {
        Forget();
        var listed = _known.Values.Where(known => known.Terms is not null).ToList();
        if (listed.Count == 0)
            DeactivateOnIdle(); // no silo has this pool; the next call asks every silo again
        return Task.FromResult(new PoolView
        {
            Pool = this.GetPrimaryKeyString(),
            Shards = [.. listed.Select(View)],
            KnownPools = [.. options.Pools.Select(pool => pool.Name).Where(name => name != this.GetPrimaryKeyString())],
            Roles = options.RolesOf(this.GetPrimaryKeyString()),
            Terms = Merge([.. listed.Select(known => known.Terms!.Value.Terms)]),
            Members = silos.Living,
            MembershipVersion = silos.Snapshot.Version.Value,
        });
    }

    public Task<PoolStatus> GetStatusAsync() => shards.StatusAsync(this.GetPrimaryKeyString());

    public Task<Dictionary<string, int>> ScaleAsync(int? size, string? silo) => shards.ScaleAsync(this.GetPrimaryKeyString(), size, silo);

    public async Task<int> RecycleAsync() => (await shards.RecycleAsync(this.GetPrimaryKeyString())).Marked ?? 0;

    /// <summary>False for a pulse of a run that a later one has followed.</summary>
    private bool Learn(ShardPulse pulse, PoolTerms? terms)
    {
        if (_known.TryGetValue(pulse.Shard, out var known) && known.Pulse.Incarnation != pulse.Incarnation)
        {
            if (known.Pulse.Incarnation.Generation > pulse.Incarnation.Generation)
                return false;
            known = null;
        }

        known ??= _known[pulse.Shard] = new Known();
        _named.TrySetResult();
        known.Pulse = pulse;
        known.At = time.GetTimestamp();
        known.Promised = 0;
        if (terms is not null)
            known.Terms = (pulse.Terms, terms);
        return true;
    }

    /// <summary>
    /// Places on other shards for the calls that wait on this one. Given to one shard only, until their own shard's next pulse.
    /// </summary>
    private ShardRoom[] SetAside(ShardPulse pulse)
    {
        if (pulse.Queued == 0)
            return [];
        var others = _known.Values.Where(known => known.Pulse.Shard != pulse.Shard && !IsSilent(known)).ToList();
        var shares = RoomRule.Share(pulse.Queued, [.. others.Select(known => known.Pulse.Room - known.Promised)]);
        var room = new List<ShardRoom>();
        foreach (var (other, places) in others.Zip(shares))
        {
            other.Promised += places;
            if (places > 0)
                room.Add(new ShardRoom(other.Pulse.Shard.Silo, places));
        }

        return [.. room];
    }

    private ShardView View(Known known)
    {
        var pulse = known.Pulse;
        return new ShardView(pulse.Shard, pulse.Incarnation, pulse.State, pulse.Load, pulse.Capacity, IsSilent(known));
    }

    private bool IsSilent(Known known) => time.GetElapsedTime(known.At) > SilentAfter;

    /// <summary>Drops what membership calls dead, and nothing else.</summary>
    private void Forget()
    {
        var dead = silos.Snapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Dead)
            .Select(member => member.SiloAddress.ToIncarnation())
            .ToHashSet();
        foreach (var (shard, known) in _known)
        {
            // Rows of dead silos are removed some day; a shard that has announced nothing since then is dropped with its silence.
            if (dead.Contains(known.Pulse.Incarnation) || (IsSilent(known) && silos.Find(shard.Silo) is null))
                _known.Remove(shard);
        }
    }

    /// <summary>
    /// Shards of one pool normally have the same options. While they differ, the client uses the largest limits; each shard still enforces
    /// its own.
    /// </summary>
    private static PoolTerms Merge(PoolTerms[] terms) => terms.Length == 0 ? new PoolTerms() : terms[0] with
    {
        RequestTimeout = Longest(terms, each => each.RequestTimeout),
        StreamTimeout = Longest(terms, each => each.StreamTimeout),
        IdempotentTools = terms.FirstOrDefault(each => each.IdempotentTools.Count > 0)?.IdempotentTools ?? [],
        MaxRequestBytes = terms.Max(each => each.MaxRequestBytes),
    };

    private static TimeSpan Longest(PoolTerms[] terms, Func<PoolTerms, TimeSpan> timeout) =>
        Array.Exists(terms, each => timeout(each) == Timeout.InfiniteTimeSpan) ? Timeout.InfiniteTimeSpan : terms.Max(timeout);

    private sealed class Known
    {
        public ShardPulse Pulse { get; set; }

        /// <summary>When the pulse came.</summary>
        public long At { get; set; }

        /// <summary>Of its room: places that were given to waiting calls of other shards since the pulse.</summary>
        public int Promised { get; set; }

        public (int Number, PoolTerms Terms)? Terms { get; set; }
    }
}
