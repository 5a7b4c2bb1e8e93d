using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Clients;

/// <summary>An application that calls clusters, as a frontend is made.</summary>
internal sealed class ClientApp : IAsyncDisposable
{
    /// <summary>For the start or the stop of an application, which waits for no silo.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private ClientApp(IHost host) => _host = host;

    public ISnakepitClient Client => _host.Services.GetRequiredService<ISnakepitClient>();

    public IClusterClient Orleans => _host.Services.GetRequiredKeyedService<IClusterClient>("snakepit");

    /// <summary>Starts an application with this configuration; waits for no silo.</summary>
    /// <param name="add">Adds its clients.</param>
    /// <param name="settings">Configuration as pairs of path and value.</param>
    public static async Task<ClientApp> StartAsync(Action<IHostApplicationBuilder> add, params (string Path, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create<string, string?>(pair.Path, pair.Value)));
        add(builder);
        var host = builder.Build();
        await host.StartAsync().WithinAsync(AtOnce, "the start of an application that waits for no silo");
        return new ClientApp(host);
    }

    public ISnakepitClient Keyed(string name) => _host.Services.GetRequiredKeyedService<ISnakepitClient>(name);

    /// <summary>Waits until a health check says this, and returns its text.</summary>
    public async Task<string> SeeHealthAsync(string check, HealthStatus status)
    {
        var health = _host.Services.GetRequiredService<HealthCheckService>();
        var seen = await Eventually.SeeAsync(
            async () => (await health.CheckHealthAsync(registration => registration.Name == check)).Entries[check],
            entry => entry.Status == status,
            TimeSpan.FromSeconds(60),
            $"health check '{check}' is {status}");
        return seen.Description ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WithinAsync(AtOnce, "the stop of an application");
        _host.Dispose();
    }
}
