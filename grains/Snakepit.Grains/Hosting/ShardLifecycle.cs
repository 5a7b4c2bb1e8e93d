using Microsoft.Extensions.Hosting;

namespace Snakepit.Grains.Hosting;

/// <summary>Wakes this silo's shards when the silo is active, and stops them before it leaves.</summary>
internal sealed class ShardLifecycle(SiloShards shards) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ShardLifecycle), ServiceLifecycleStage.Active, _ => shards.StartAsync(), _ => shards.StopAsync());
}

/// <summary>
/// Stops the shards as the first thing when the process is told to stop. Otherwise the web server, which stops before the
/// silo, would wait for its open requests, and those for workers that nobody has asked to finish.
/// </summary>
internal sealed class ShardsStopFirst(SiloShards shards) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => shards.StopAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
