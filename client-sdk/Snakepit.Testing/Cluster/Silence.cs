using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Grains.Sessions;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Testing.Cluster;

/// <summary>Ignores what a shard says: a test has no other shards, and it looks at this one by other means.</summary>
internal sealed class Silence : ISessionNotice, IShardObserver
{
    public bool HearsCalls => false;

    public Task ForgetAsync(ShardId shard, string session, TimeSpan limit) => Task.CompletedTask;

    public void Answered(in AnsweredCall call)
    {
    }

    public void ItemsRead(string tool, int items)
    {
    }

    public void Happened(ShardEvent what)
    {
    }
}

/// <summary>The shard's own tick looks at the ages of its workers; there is no reminder.</summary>
internal sealed class TestWorkerGrain : IWorkerGrain
{
    public Task<WorkerReport?> GetReportAsync() => Task.FromResult<WorkerReport?>(null);

    public Task<bool> RecycleAsync() => Task.FromResult(false);

    public Task<WorkerStacks[]> GetStacksAsync() => Task.FromResult<WorkerStacks[]>([]);

    public Task<WorkerSamples?> GetSamplesAsync(int? generation, TimeSpan duration) => Task.FromResult<WorkerSamples?>(null);

    public Task<OutputPage?> GetOutputAsync(int? generation, long? after, int most) => Task.FromResult<OutputPage?>(null);

    public Task WatchAgeAsync(TimeSpan left) => Task.CompletedTask;
}
