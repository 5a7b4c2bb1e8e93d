using Snakepit.Execution;
using Snakepit.Grains.Shards;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Testing.Cluster;

/// <summary>The address of a shard, without a message on the way.</summary>
internal sealed class TestShardGrain(LocalShard shard) : IPoolShardGrain
{
    public Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken) =>
        shard.ExecuteAsync(request, isLocal: false, cancellationToken);

    public Task<HeldReply> AwaitCallUpAsync(Guid call) => shard.AwaitCallUpAsync(call);

    public Task GiveUpAsync(Guid call) => shard.GiveUpAsync(call);

    public Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        shard.BeginAsync(request, cancellationToken);

    public Task<ResumeReply> ResumeAsync(ResumeRequest request) => shard.ResumeAsync(request);

    public Task<ProgressStep?> NextProgressAsync(Guid call, long have) => shard.NextProgressAsync(call, have);

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream) => shard.OpenStreamAsync(request, stream);

    public Task<StreamBatch> ReadStreamAsync(Guid stream, long have) => shard.ReadStreamAsync(stream, have);

    public Task TouchStreamAsync(Guid stream) => shard.TouchStreamAsync(stream);

    public Task CloseStreamAsync(Guid stream) => shard.CloseStreamAsync(stream);

    public Task ProbeReadersAsync() => shard.ProbeReadersAsync();

    public async Task<bool> ForgetSessionAsync(string session)
    {
        await shard.ForgetAsync(session).ConfigureAwait(false);
        return true;
    }

    public async Task<ShardReport?> GetReportAsync(bool output) => await shard.ReportAsync(output).ConfigureAwait(false);

    public async Task<ShardIntroduction?> IntroduceAsync() => await shard.IntroduceAsync().ConfigureAwait(false);

    public async Task<int?> RecycleAsync(int? slot, RecycleReason reason) => await shard.RecycleAsync(slot, reason).ConfigureAwait(false);

    public async Task<WorkerStacks[]?> GetStacksAsync(int? slot) => await shard.StacksAsync(slot).ConfigureAwait(false);

    public async Task<ShardTools?> GetToolsAsync() => await shard.ToolsAsync().ConfigureAwait(false);

    public async Task<SessionList?> GetSessionsAsync(int most) => await shard.SessionsAsync(most).ConfigureAwait(false);

    public async Task<int?> ScaleAsync(int? size) => await shard.ResizeAsync(size).ConfigureAwait(false);
}
