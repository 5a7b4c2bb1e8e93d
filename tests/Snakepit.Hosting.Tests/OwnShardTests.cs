using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Telemetry;
using Snakepit.Hosting.Events;
using Snakepit.Hosting.Scripts;
using Snakepit.Launcher;
using Snakepit.Pools;
using Snakepit.TestKit;

namespace Snakepit.Hosting.Tests;

/// <summary>An application that is a silo itself, with real workers.</summary>
public sealed class OwnShardTests : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("snakepit-hosting-").FullName;
    private IHost _host = null!;
    private readonly ConcurrentQueue<ShardEvent> _events = new();
    private int _messages;

    private ISnakepitClient Client => _host.Services.GetRequiredService<ISnakepitClient>();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:DataDir", _data),
            new("Snakepit:InstanceToken", $"hosting-{Environment.ProcessId}"),
            new("Snakepit:PythonExecutable", Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON")),
            new("Snakepit:Cluster:SiloPort", $"{FreePorts.Take()}"),
            new("Snakepit:Cluster:GatewayPort", $"{FreePorts.Take()}"),
        ]);
        builder.AddSnakepitSilo(silo =>
        {
            silo.AddPool("default", pool => (pool.PoolSize, pool.AdapterModule, pool.PythonPath) = (1, "basic.Basic", [Places.Adapters]));
            silo.AddIncomingGrainCallFilter(call =>
            {
                if (call.MethodName == nameof(IPoolShardGrain.ExecuteAsync))
                    Interlocked.Increment(ref _messages);
                return call.Invoke();
            });
        });
        _host = builder.Build();
        _host.Services.GetRequiredService<ISnakepitEvents>().Subscribe<ShardEvent>(_events.Enqueue);
        await _host.StartAsync().WithinAsync(StartLimit);
        var health = _host.Services.GetRequiredService<HealthCheckService>();
        await Eventually.SeeAsync(() => health.CheckHealthAsync(), report => report.Status == HealthStatus.Healthy, StartLimit);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WithinAsync(StartLimit);
        _host.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_call_reaches_the_own_worker_without_a_message()
    {
        var worker = await Client.ExecuteAsync("pid").WithinAsync(Eventually.Limit);

        Assert.True(HostProcess.IsAlive(worker.As<int>()));
        Assert.Equal(0, _messages);
    }

    [Fact]
    public async Task The_application_hears_of_workers_pools_and_calls()
    {
        await Client.ExecuteAsync("add", new { a = 1, b = 2 }).WithinAsync(Eventually.Limit);

        await Eventually.HoldsAsync(() => _events.OfType<CallExecuted>().Any());
        var ready = Assert.Single(_events.OfType<WorkerReady>());
        Assert.True(HostProcess.IsAlive(ready.Pid));
        Assert.Contains(new WorkerStarted(ready.Worker), _events);
        // The shard tells of its state with its next tick, which may be after the call.
        await Eventually.HoldsAsync(() =>
            _events.OfType<PoolStateChanged>().Any(change => change is { Before: PoolState.Starting, Now: PoolState.Ready }));
        var call = Assert.Single(_events.OfType<CallExecuted>());
        Assert.Equal(("add", ready.Worker, true), (call.Tool, call.Worker, call.Failure is null));
        Assert.InRange(call.Stages.Python, TimeSpan.FromTicks(1), call.Duration);
    }

    [Fact]
    public async Task A_script_in_this_host_ends_neither_the_process_nor_its_workers()
    {
        var options = new ScriptOptions { ExitMode = ScriptExitMode.Halt };

        var pid = await SnakepitScript.RunAsync(_host, python => python.ExecuteAsync<int>("pid"), options).WithinAsync(Eventually.Limit);

        Assert.Equal(pid, await Client.ExecuteAsync<int>("pid").WithinAsync(Eventually.Limit));
    }

    [Fact]
    public async Task A_clean_up_ends_the_workers_and_the_running_silo_starts_others()
    {
        var worker = Assert.Single(await Client.ListWorkersAsync().WithinAsync(Eventually.Limit));

        Assert.Empty(await _host.CleanupAsync().WithinAsync(Eventually.Limit));

        Assert.False(HostProcess.IsAlive(worker.Pid));
        await Client.AwaitReadyAsync(Eventually.Limit).WithinAsync(Eventually.Limit);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_the_exception_that_it_knows()
    {
        using var leaving = new CancellationTokenSource();
        var begun = Path.Combine(_data, "begun");
        var call = Client.ExecuteAsync("spin", new { path = begun }, cancellationToken: leaving.Token);
        await Eventually.HoldsAsync(() => File.Exists(begun));

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithinAsync(Eventually.Limit));
    }
}
