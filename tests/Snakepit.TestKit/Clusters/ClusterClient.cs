using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;

namespace Snakepit.TestKit.Clusters;

/// <summary>A client outside of the cluster, connected to chosen gateways.</summary>
public sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    public ISnakepitClient Tools => _host.Services.GetRequiredService<ISnakepitClient>();

    public IServiceProvider Services => _host.Services;

    public static async Task<ClusterClient> ConnectAsync(string clusterId, IEnumerable<int> gatewayPorts)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:Client:ClusterId", clusterId),
            .. gatewayPorts.Select((port, index) => KeyValuePair.Create<string, string?>($"Snakepit:Client:Gateways:{index}", $"127.0.0.1:{port}")),
        ]);
        builder.AddSnakepitClient();
        var host = builder.Build();
        await host.StartAsync().WithinAsync(Eventually.Limit);
        return new ClusterClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
