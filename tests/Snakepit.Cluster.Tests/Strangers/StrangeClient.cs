using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Strangers;

/// <summary>An Orleans client as anybody can write it: it knows the contracts and the port, and no secret.</summary>
internal static class StrangeClient
{
    /// <summary>Connects and does something. Throws what the connection or the call throws.</summary>
    public static async Task TryAsync(int gatewayPort, Func<IGrainFactory, Task> attack)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gatewayPort))
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("snakepit", "snakepit")));
        using var host = builder.Build();
        await host.StartAsync().WithinAsync(Eventually.Limit, "the connection of a client without the secret");
        await attack(host.Services.GetRequiredService<IClusterClient>()).WithinAsync(Eventually.Limit, "what a client without the secret does");
        await host.StopAsync().WithinAsync(Eventually.Limit, "the end of a client without the secret");
    }
}
