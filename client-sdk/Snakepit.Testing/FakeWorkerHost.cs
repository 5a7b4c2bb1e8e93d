using Snakepit.Core.Ports;

namespace Snakepit.Testing;

/// <summary>Starts fake workers, or says that they cannot start.</summary>
internal sealed class FakeWorkerHost(IReadOnlyDictionary<string, TestPool> pools, TimeProvider time) : IWorkerHost
{
    private int _started;

    public Task<IWorker> StartAsync(WorkerSpec spec, CancellationToken cancellationToken)
    {
        var pool = pools[spec.Worker.Slot.Shard.Pool];
        if (pool.StartFault is { } reason)
            throw new WorkerStartException(reason);
        var worker = new FakeWorker(spec, pool, Interlocked.Increment(ref _started), time);
        pool.Living[worker] = 0;
        return Task.FromResult<IWorker>(worker);
    }

    public string? Shortage(int workers) => null;

    public Task StopAllAsync() => Task.WhenAll(
        pools.Values.SelectMany(pool => pool.Living.Keys).Select(worker => worker.StopAsync(TimeSpan.Zero, "the silo stops")));
}
