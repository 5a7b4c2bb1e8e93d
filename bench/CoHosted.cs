using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Client;
using Snakepit.Hosting;
using Snakepit.Launcher;

namespace Snakepit.Bench;

/// <summary>A frontend that is a silo itself: this process. Its calls make no network hop.</summary>
internal sealed class CoHosted : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly string _folder;

    private CoHosted(IHost host, string folder)
    {
        _host = host;
        _folder = folder;
    }

    public ISnakepitClient Client => _host.Services.GetRequiredService<ISnakepitClient>();

    public static async Task<CoHosted> StartAsync(int workers, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-bench-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:DataDir", folder),
            new("Snakepit:InstanceToken", $"bench-{Environment.ProcessId}"),
            new("Snakepit:Cluster:SiloPort", $"{FreePorts.Take()}"),
            new("Snakepit:Cluster:GatewayPort", $"{FreePorts.Take()}"),
        ]);
        builder.AddSnakepitSilo(silo => silo.AddPool("default", pool =>
        {
            pool.PoolSize = workers;
            pool.MaxQueueSize = 10_000;
            pool.AdapterModule = "bench_tools";
            pool.PythonPath = [Path.Combine(AppContext.BaseDirectory, "python")];
        }));
        var started = new CoHosted(builder.Build(), folder);
        await started._host.StartAsync(cancellationToken);
        await started.UntilReadyAsync(cancellationToken);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        var health = _host.Services.GetRequiredService<HealthCheckService>();
        while ((await health.CheckHealthAsync(limit.Token)).Status != HealthStatus.Healthy)
            await Task.Delay(20, limit.Token);
    }
}
