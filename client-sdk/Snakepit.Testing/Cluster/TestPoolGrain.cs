using Snakepit.Core.Tools;
using Snakepit.Grains.Shards;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Tools;

namespace Snakepit.Testing.Cluster;

/// <summary>A pool as clients see it: one shard, which is asked each time. Null for a pool that there is not.</summary>
internal sealed class TestPoolGrain(string name, LocalShard? shard, Incarnation silo, IReadOnlyCollection<string> known) : IPoolGrain
{
    public Task<PulseAnswer> AnnounceAsync(ShardPulse pulse, PoolTerms? terms) => Task.FromResult(new PulseAnswer(WantsTerms: false, []));

    public async Task<PoolView> GetViewAsync()
    {
        var introduction = shard is null ? null : await shard.IntroduceAsync().ConfigureAwait(false);
        return new PoolView
        {
            Pool = name,
            Shards = introduction is { Pulse: var pulse }
                ? [new ShardView(pulse.Shard, pulse.Incarnation, pulse.State, pulse.Load, pulse.Capacity)]
                : [],
            Terms = introduction?.Terms ?? new PoolTerms(),
            KnownPools = [.. known.Where(pool => pool != name)],
            Members = [silo],
            MembershipVersion = 1,
        };
    }

    public async Task<PoolStatus> GetStatusAsync() => new()
    {
        Pool = name,
        Shards = shard is null ? [] : [await shard.ReportAsync(output: false).ConfigureAwait(false)],
    };

    public async Task<PoolTools> GetToolsAsync() =>
        ToolMerge.Merge(name, shard is null ? [] : [await shard.ToolsAsync().ConfigureAwait(false)], []);

    public Task<int> RecycleAsync() => shard?.RecycleAsync(null, Supervision.RecycleReason.Manual) ?? Task.FromResult(0);

    public async Task<Dictionary<string, int>> ScaleAsync(int? size, string? silo) => shard is null
        ? []
        : new() { [shard.Id.Silo] = await shard.ResizeAsync(size).ConfigureAwait(false) };
}
