using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Snakepit.Client.Routing;

namespace Snakepit.Client;

public static class SnakepitClientExtensions
{
    private const int LargestMessageBytes = 2_100_000_000;

    private static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(1);

    /// <summary>Adds <see cref="ISnakepitClient"/> to an application that has an Orleans client already, or is a silo.</summary>
    public static IServiceCollection AddSnakepitClient(this IServiceCollection services, Action<SnakepitClientOptions>? configure = null)
    {
        services.AddOptions<SnakepitClientOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayWatch>();
        services.AddOptions<ClientConnectionOptions>().Configure<GatewayWatch>(static (connections, gateways) =>
            connections.ConfigureConnection(connection => connection.Use(next => context => gateways.WatchAsync(next(context)))));
        services.TryAddSingleton<ISnakepitClient, SnakepitClient>();
        return services;
    }

    /// <summary>
    /// Adds <see cref="ISnakepitClient"/> and the Orleans client under it. Reads the section <c>Snakepit:Client</c>:
    /// <c>Gateways</c> (default <c>["127.0.0.1:30000"]</c>), <c>ClusterId</c> and <c>ServiceId</c> (default <c>snakepit</c>),
    /// <c>DefaultPool</c>, <c>DefaultTimeout</c>. The application waits at its start until a silo answers.
    /// </summary>
    public static IHostApplicationBuilder AddSnakepitClient(this IHostApplicationBuilder builder, Action<SnakepitClientOptions>? configure = null)
    {
        var section = builder.Configuration.GetSection("Snakepit:Client");
        var gateways = section.GetSection("Gateways").Get<string[]>() ?? ["127.0.0.1:30000"];
        var endpoints = gateways.Select(text => IPEndPoint.TryParse(text, out var endpoint)
            ? endpoint
            : throw new InvalidOperationException($"Snakepit:Client:Gateways has '{text}'; expected address:port, for example 127.0.0.1:30000.")).ToArray();
        builder.UseOrleansClient(client => client
            .UseStaticClustering(endpoints)
            .Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = section["ClusterId"] ?? "snakepit";
                cluster.ServiceId = section["ServiceId"] ?? "snakepit";
            })
            // The silos' own limit counts (MaxRequestBytes, MaxResultBytes); the framework's default of 100 MB would end connections first.
            .Configure<ClientMessagingOptions>(messaging => messaging.MaxMessageBodySize = LargestMessageBytes)
            .UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(ConnectPause, cancellationToken).ConfigureAwait(false);
                return true;
            }));
        builder.Services.Configure<SnakepitClientOptions>(section);
        builder.Services.Configure<SnakepitClientOptions>(client => client.Gateways = string.Join(", ", gateways));
        builder.Services.AddSnakepitClient(configure);
        return builder;
    }
}
