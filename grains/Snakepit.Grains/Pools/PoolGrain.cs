using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Snakepit.Core.Options;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Pools;

/// <inheritdoc cref="IPoolGrain"/>
[Reentrant]
internal sealed class PoolGrain(SnakepitOptions options, IClusterMembershipService membership, TimeProvider time, ILogger<PoolGrain> logger)
    : Grain, IPoolGrain
{
    /// <summary>A shard that missed this many of its announcements (one a second) is taken for gone.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(4);

    /// <summary>How long a new activation waits for a silo to answer.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ShardId, (ShardReport Report, long At)> _reports = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Task.WhenAll(ActiveSilos().Select(AskAsync));

    public Task AnnounceAsync(ShardReport report)
    {
        _reports[report.Shard] = (report, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task<PoolView> GetViewAsync()
    {
        var reports = Living();
        return Task.FromResult(new PoolView
        {
            Pool = this.GetPrimaryKeyString(),
            Shards = [.. reports.Select(report => new ShardView(report.Shard, report.State, report.Queued + report.Running, report.Capacity))],
            KnownPools = [.. options.Pools.Select(pool => pool.Name)],
            // Shards of one pool are configured alike; while they are not, the largest budget harms nobody.
            RequestTimeout = Longest(reports, report => report.RequestTimeout),
            StreamTimeout = Longest(reports, report => report.StreamTimeout),
            ToolBudgets = reports.Count == 0 ? new Dictionary<string, TimeSpan>() : reports[0].ToolBudgets,
            Retry = reports.Count == 0 ? RetryPolicy.None : reports[0].Retry,
            IdempotentTools = reports.FirstOrDefault(report => report.IdempotentTools.Count > 0)?.IdempotentTools ?? [],
        });
    }

    private static TimeSpan Longest(List<ShardReport> reports, Func<ShardReport, TimeSpan> timeout) =>
        reports.Count == 0 ? TimeSpan.Zero
        : reports.Exists(report => timeout(report) == Timeout.InfiniteTimeSpan) ? Timeout.InfiniteTimeSpan
        : reports.Max(timeout);

    public async Task<PoolStatus> GetStatusAsync()
    {
        // People ask seldom and want to see what they have just done, so the shards are asked anew.
        await Task.WhenAll(Living().Select(report => AskAsync(report.Shard.Silo)));
        return new PoolStatus
        {
            Pool = this.GetPrimaryKeyString(),
            Shards = [.. Living().OrderBy(report => report.Shard.Silo, StringComparer.Ordinal)],
        };
    }

    public async Task<int> RecycleAsync()
    {
        var marked = await Task.WhenAll(Living().Select(report => GrainFactory.GetGrain<IPoolShardGrain>(report.Shard.ToString()).RecycleAsync(null, RecycleReason.Manual)));
        return marked.Sum();
    }

    public Task ProbeReadersAsync() => Task.WhenAll(
        Living().Select(report => GrainFactory.GetGrain<IPoolShardGrain>(report.Shard.ToString()).ProbeReadersAsync()));

    private List<ShardReport> Living()
    {
        var silos = ActiveSilos().ToHashSet();
        foreach (var (shard, (_, at)) in _reports)
        {
            if (time.GetElapsedTime(at) > Forgotten || !silos.Contains(shard.Silo))
                _reports.Remove(shard);
        }

        if (_reports.Count == 0)
            DeactivateOnIdle(); // nobody has this pool; the next call asks every silo again
        return [.. _reports.Values.Select(entry => entry.Report)];
    }

    private IEnumerable<string> ActiveSilos() =>
        membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.Name);

    private async Task AskAsync(string silo)
    {
        try
        {
            var shard = GrainFactory.GetGrain<IPoolShardGrain>(new ShardId(this.GetPrimaryKeyString(), silo).ToString());
            if (await shard.GetReportAsync().WaitAsync(AskLimit, time) is { } report)
                await AnnounceAsync(report);
        }
        catch (Exception error) // one silent silo must not keep the others' shards from being used
        {
            PoolLog.SiloSilent(logger, error, silo, this.GetPrimaryKeyString());
        }
    }
}
