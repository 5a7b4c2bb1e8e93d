using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Placement;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Telemetry;
using Snakepit.Tools;

namespace Snakepit.Grains.Shards;

/// <inheritdoc cref="IPoolShardGrain"/>
/// <remarks>Only finds the shard; see <see cref="ShardHost"/>.</remarks>
[PinnedPlacement, GrainDirectory(PinnedDirectory.Name), GrainType(ClusterSilos.ShardTypeName), Immovable, Reentrant]
internal sealed class PoolShardGrain(SnakepitOptions options, ShardHost host) : Grain, IPoolShardGrain
{
    private ShardId _id;
    private LocalShard? _shard;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = ShardId.FromKey(this.GetPrimaryKeyString());
        _shard = host.Find(_id.Pool);
        return base.OnActivateAsync(cancellationToken);
    }

    public Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken) =>
        Shard?.ExecuteAsync(request, isLocal: false, cancellationToken) ?? Task.FromResult(ToolReply.Failed(NoSuchPool()));

    public Task<HeldReply> AwaitCallUpAsync(Guid call) =>
        Shard?.AwaitCallUpAsync(call) ?? Task.FromResult(new HeldReply(HeldState.Unknown));

    public Task GiveUpAsync(Guid call) => Shard?.GiveUpAsync(call) ?? Task.CompletedTask;

    public Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        Shard?.BeginAsync(request, cancellationToken)
            ?? Task.FromResult(ToolReply.Failed(NoSuchPool() with { Outcome = Outcome.MaybeRan }));

    public Task<ResumeReply> ResumeAsync(ResumeRequest request) =>
        Shard?.ResumeAsync(request) ?? Task.FromResult(new ResumeReply(null, TimeSpan.Zero));

    public Task<ProgressStep?> NextProgressAsync(Guid call, long have) =>
        Shard?.NextProgressAsync(call, have) ?? Task.FromResult<ProgressStep?>(null);

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream) =>
        Shard?.OpenStreamAsync(request, stream) ?? Task.FromResult(StreamBatch.Failed(0, NoSuchPool()));

    public Task<StreamBatch> ReadStreamAsync(Guid stream, long have) =>
        Shard?.ReadStreamAsync(stream, have) ?? Task.FromResult(StreamBatch.Failed(have, NoSuchPool()));

    public Task TouchStreamAsync(Guid stream) => Shard?.TouchStreamAsync(stream) ?? Task.CompletedTask;

    public Task ProbeReadersAsync() => Shard?.ProbeReadersAsync() ?? Task.CompletedTask;

    public Task CloseStreamAsync(Guid stream) => Shard?.CloseStreamAsync(stream) ?? Task.CompletedTask;

    public async Task<bool> ForgetSessionAsync(string session)
    {
        if (Shard is not { } shard)
            return false;
        await shard.ForgetAsync(session);
        return true;
    }

    public async Task<ShardReport?> GetReportAsync(bool output) => Shard is not { } shard ? null : await shard.ReportAsync(output);

    public async Task<ShardTools?> GetToolsAsync() => Shard is not { } shard ? null : await shard.ToolsAsync();

    public async Task<ShardIntroduction?> IntroduceAsync() => Shard is not { } shard ? null : await shard.IntroduceAsync();

    public async Task<int?> RecycleAsync(int? slot, RecycleReason reason) =>
        Shard is not { } shard ? null : await shard.RecycleAsync(slot, reason);

    public async Task<WorkerStacks[]?> GetStacksAsync(int? slot) => Shard is not { } shard ? null : await shard.StacksAsync(slot);

    public async Task<SessionList?> GetSessionsAsync(int most) => Shard is not { } shard ? null : await shard.SessionsAsync(most);

    public async Task<int?> ScaleAsync(int? size)
    {
        if (Shard is not { } shard)
            return null;
        PoolSizeRule.Check(size);
        return await host.ScaleAsync(shard, size);
    }

    /// <summary>
    /// Null for a pool that this silo does not have. Names come from callers: an activation for one that does not exist must not stay.
    /// </summary>
    private LocalShard? Shard
    {
        get
        {
            if (_shard is null)
                DeactivateOnIdle();
            return _shard;
        }
    }

    private Failure NoSuchPool()
    {
        string[] names = [.. options.OwnPools.Select(pool => pool.Name)];
        return new()
        {
            Code = SnakepitErrorCode.PoolNotFound,
            Message = $"Silo '{_id.Silo}' has no pool '{_id.Pool}'.{Spelling.Hint(_id.Pool, names)} Its pools: {string.Join(", ", names)}.",
            Outcome = Outcome.NotStarted,
            Stage = CallStage.Dispatch,
        };
    }
}
