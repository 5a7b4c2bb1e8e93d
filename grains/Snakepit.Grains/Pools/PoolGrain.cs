using Orleans.Concurrency;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;
using Snakepit.Grains.Placement;
using Snakepit.Pools;
using Snakepit.Tools;

namespace Snakepit.Grains.Pools;

/// <inheritdoc cref="IPoolGrain"/>
[Reentrant]
internal sealed class PoolGrain(
    SnakepitOptions options, PoolShards shards, ClusterPools pools, ClusterSilos silos, TimeProvider time) : Grain, IPoolGrain
{
    /// <summary>How long a new activation waits for shards to introduce themselves.</summary>
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How much longer it waits while no silo has named the pool: a pool whose silos are slow is not a pool that does not exist. Both
    /// together are less than the 2 s that clients wait for a view.
    /// </summary>
    private static readonly TimeSpan LateAnswers = TimeSpan.FromSeconds(1);

    /// <summary>How long the error of a wrong name waits for the names that other silos know. It fits into the same 2 s.</summary>
    private static readonly TimeSpan NamesLimit = TimeSpan.FromSeconds(0.25);

    private readonly TaskCompletionSource _named = new();
    private readonly ShardRoster _roster = new();
    private readonly long _origin = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_origin);

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
        var wantsTerms = _roster.LacksTerms(pulse);
        return Task.FromResult(new PulseAnswer(wantsTerms, wantsTerms ? [] : _roster.SetAside(pulse, Now)));
    }

    public async Task<PoolView> GetViewAsync()
    {
        var (snapshot, members) = (silos.Snapshot, silos.Living);
        var dead = snapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Dead)
            .Select(member => member.SiloAddress.ToIncarnation())
            .ToHashSet();
        _roster.Forget(dead.Contains, silo => silos.Find(silo) is not null, Now);
        var views = _roster.Views(Now);
        if (views.Length == 0)
            DeactivateOnIdle(); // no silo has this pool; the next call asks every silo again
        return new PoolView
        {
            Pool = this.GetPrimaryKeyString(),
            Shards = views,
            KnownPools = views.Length == 0 ? await OtherPoolsAsync() : [],
            Roles = options.RolesOf(this.GetPrimaryKeyString()),
            Terms = _roster.Terms,
            Members = members,
            MembershipVersion = snapshot.Version.Value,
        };
    }

    public Task<PoolStatus> GetStatusAsync() => shards.StatusAsync(this.GetPrimaryKeyString());

    public Task<PoolTools> GetToolsAsync() => shards.ToolsAsync(this.GetPrimaryKeyString());

    public Task<Dictionary<string, int>> ScaleAsync(int? size, string? silo) => shards.ScaleAsync(this.GetPrimaryKeyString(), size, silo);

    public async Task<int> RecycleAsync() => (await shards.RecycleAsync(this.GetPrimaryKeyString())).Marked ?? 0;

    /// <summary>Those of the cluster; those of this silo alone when another one does not answer in time.</summary>
    private async Task<string[]> OtherPoolsAsync()
    {
        var names = pools.NamesAsync();
        await Task.WhenAny(names, Task.Delay(NamesLimit, time));
        var known = names.IsCompletedSuccessfully ? await names : options.Pools.Select(pool => pool.Name);
        return [.. known.Where(name => name != this.GetPrimaryKeyString())];
    }

    private bool Learn(ShardPulse pulse, PoolTerms? terms)
    {
        if (!_roster.Learn(pulse, terms, Now))
            return false;
        _named.TrySetResult();
        return true;
    }
}
