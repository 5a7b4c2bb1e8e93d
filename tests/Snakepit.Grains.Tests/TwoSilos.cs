using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Grains.Hosting;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests;

/// <summary>Two silos in this process with fake workers and a client outside of both. One per test class.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, FakeWorkers> _workers = new();
    private readonly ConcurrentDictionary<string, FakeSizes> _sizes = new();
    private ServiceProvider _services = null!;
    private volatile Task _hearing = Task.CompletedTask;

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public ISnakepitClient Client => _services.GetRequiredService<ISnakepitClient>();

    /// <summary>Until it is disposed of, no shard hears of a session that is elsewhere.</summary>
    public IDisposable HoldHearing()
    {
        var hearing = new TaskCompletionSource();
        _hearing = hearing.Task;
        return new Ended(hearing.SetResult);
    }

    internal SharedReminders Reminders { get; } = new();

    internal FakeSizes Sizes(string silo) => _sizes[silo];

    internal FakeWorkers Workers(string silo) => _workers[silo];

    public IReadOnlyList<string> Silos => [.. Cluster.Silos.Select(silo => silo.Name)];

    public IPoolShardGrain Shard(string silo, string pool = "pool") =>
        Cluster.Client.GetGrain<IPoolShardGrain>(new ShardId(pool, silo).ToString());

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((own, silo) =>
        {
            var workers = new FakeWorkers();
            workers.Failing["broken"] = "no module named nothing";
            _workers[own.SiloName] = workers;
            silo.Services.AddSingleton<IWorkerHost>(workers);
            silo.Services.AddSingleton<IPoolSizes>(_sizes[own.SiloName] = new FakeSizes());
            silo.AddIncomingGrainCallFilter(async call =>
            {
                if (call.MethodName == nameof(IPoolShardGrain.ForgetSessionAsync))
                    await _hearing;
                await call.Invoke();
            });
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable>(Reminders);
            silo.Services.AddSingleton(new SnakepitOptions
            {
                SessionNoticeTimeout = TimeSpan.FromSeconds(20),
                Pools =
                [
                    new PoolOptions { Name = "pool", AdapterModule = "fake", PoolSize = 2, MaxQueueSize = 3 },
                    new PoolOptions { Name = "broken", AdapterModule = "fake", PoolSize = 2 },
                    new PoolOptions { Name = "short", AdapterModule = "fake", PoolSize = 1, WorkerTtl = TimeSpan.FromMilliseconds(200) },
                    new PoolOptions { Name = "long", AdapterModule = "fake", PoolSize = 1, WorkerTtl = TimeSpan.FromHours(1) },
                    new PoolOptions { Name = "manual", AdapterModule = "fake", PoolSize = 1 },
                    new PoolOptions { Name = "whole", AdapterModule = "fake", PoolSize = 2 },
                    new PoolOptions { Name = "scaled", AdapterModule = "fake", PoolSize = 2 },
                    new PoolOptions { Name = "asleep", AdapterModule = "fake", MinSize = 0, MaxSize = 2 },
                ],
            });
            silo.AddSnakepitGrains();
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
        _services = new ServiceCollection()
            .AddSingleton<IGrainFactory>(Cluster.Client)
            .AddSnakepitClient(client => client.DefaultPool = "pool")
            .BuildServiceProvider();
        await Eventually.SeeAsync(
            () =>
                Cluster.Client.GetGrain<IPoolGrain>("pool").GetViewAsync(), view =>
                    view.Shards.Count(shard => shard.State == PoolState.Ready) == 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    private sealed class Ended(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
