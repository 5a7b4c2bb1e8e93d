using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Strangers;

/// <summary>An Orleans client as anybody can write it: it knows the contracts and the port, and no secret.</summary>
internal static class StrangeClient
{
    /// <summary>Connects and does something. It tries to connect until the token ends.</summary>
    public static async Task TryAsync(int gatewayPort, Func<IGrainFactory, Task> attack, CancellationToken stop = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gatewayPort))
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("snakepit", "snakepit")));
        using var host = builder.Build();
        await host.StartAsync(stop).WaitAsync(Eventually.Limit, stop);
        await attack(host.Services.GetRequiredService<IClusterClient>()).WaitAsync(Eventually.Limit, stop);
        await host.StopAsync(CancellationToken.None).WithinAsync(Eventually.Limit, "the end of a strange client");
    }

    /// <summary>A silo refuses it, says so, and the attack does not happen.</summary>
    public static async Task IsRefusedAsync(SiloUnderTest silo, Func<IGrainFactory, Task> attack, string reason)
    {
        var before = Count(silo.Output, reason);
        using var stop = new CancellationTokenSource();
        var attempt = TryAsync(silo.GatewayPort, attack, stop.Token);
        await silo.SeeAsync(() => Task.FromResult(Count(silo.Output, reason)), count => count > before, $"it says again '{reason}'");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => attempt);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
