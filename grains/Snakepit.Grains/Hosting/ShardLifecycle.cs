using Microsoft.Extensions.Hosting;
using Snakepit.Grains.Shards;

namespace Snakepit.Grains.Hosting;

/// <summary>Starts this silo's shards when the silo is active, and stops them before it leaves.</summary>
internal sealed class ShardLifecycle(ShardHost shards) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(ShardLifecycle),
        ServiceLifecycleStage.Active,
        _ =>
        {
            shards.Start();
            return Task.CompletedTask;
        },
        _ => shards.StopAsync());
}

/// <summary>
/// Stops the shards as the first thing when the process is told to stop. Otherwise the web server, which stops before the
/// silo, would wait for its open requests, and these for workers that the shards have not yet asked to finish.
/// </summary>
internal sealed class ShardsStopFirst(ShardHost shards) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => shards.StopAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
