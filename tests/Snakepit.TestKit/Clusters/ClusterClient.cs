using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.Errors;

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
            new("Snakepit:Client:ConnectTimeout", $"{Eventually.Limit}"),
            new("Snakepit:Client:Gateways", string.Join(',', gatewayPorts.Select(port => $"127.0.0.1:{port}"))),
        ]);
        builder.AddSnakepitClient();
        var host = builder.Build();
        await host.StartAsync().WithinAsync(Eventually.Limit);
        var client = new ClusterClient(host);
        try
        {
            // The start of an application waits for no silo; this question does. Its answer may be that the pool has another name.
            await client.Tools.GetPoolStatusAsync().WithinAsync(Eventually.Limit * 2, "the connection of a client to its cluster");
        }
        catch (SnakepitException error) when (error.Code == SnakepitErrorCode.PoolNotFound)
        {
        }

        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
