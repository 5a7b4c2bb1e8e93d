using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Client;
using Snakepit.Client.Calls;
using Snakepit.Client.Connections;
using Snakepit.Client.Registration;
using Snakepit.Client.Routing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clients of Snakepit clusters to an application. Called while the application is being built; not thread-safe.</summary>
public static class SnakepitClientExtensions
{
    /// <summary>
    /// Adds <see cref="ISnakepitClient"/> and its connection to a cluster. Reads the section <c>Snakepit:Client</c> (see
    /// <see cref="SnakepitClientOptions"/>) and the connection string <c>ConnectionStrings:snakepit</c>, which wins. The application starts
    /// also when no silo answers yet: calls then wait for the connection within their budgets, and the health check <c>snakepit</c> (tag
    /// <c>ready</c>) is unhealthy. The Orleans client is there as <see cref="IClusterClient"/> under the key <c>snakepit</c>. A second call
    /// adds its <paramref name="configure"/> to the same client.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="configure">Sets options; it comes after the section. Null for none.</param>
    /// <returns>The application, for further calls.</returns>
    /// <exception cref="ArgumentNullException">There is no application.</exception>
    /// <exception cref="OptionsValidationException">At the application's start: options are wrong. It names all mistakes.</exception>
    public static IHostApplicationBuilder AddSnakepitClient(
        this IHostApplicationBuilder builder, Action<SnakepitClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConnectedClient.Plain.AddTo(builder, configure);
        return builder;
    }

    /// <summary>
    /// Adds one of several clients, each with a connection of its own: <see cref="ISnakepitClient"/> and <see cref="IClusterClient"/> under
    /// a key. Reads the section <c>Snakepit:Clients:&lt;name&gt;</c> and the connection string <c>ConnectionStrings:&lt;name&gt;</c>, which
    /// wins. Its health check is <c>snakepit-&lt;name&gt;</c>. Everything else is as with
    /// <see cref="AddSnakepitClient(IHostApplicationBuilder, Action{SnakepitClientOptions}?)"/>.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The key: not empty, without a colon, and not <c>snakepit</c>.</param>
    /// <param name="configure">Sets options; it comes after the section. Null for none.</param>
    /// <returns>The application, for further calls.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or white space, has a colon, or is <c>snakepit</c>.</exception>
    /// <exception cref="OptionsValidationException">At the application's start: options are wrong. It names all mistakes.</exception>
    public static IHostApplicationBuilder AddKeyedSnakepitClient(
        this IHostApplicationBuilder builder, string name, Action<SnakepitClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConnectedClient.Keyed(name).AddTo(builder, configure);
        return builder;
    }

    /// <summary>
    /// Adds <see cref="ISnakepitClient"/> to an application that has its own Orleans client (<see cref="IGrainFactory"/>), or is a silo. No
    /// configuration is read, and options about the connection have no effect. There is no health check: the application knows how its
    /// Orleans client is.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets options. Null for none.</param>
    /// <returns>The services, for further calls.</returns>
    /// <exception cref="ArgumentNullException">There are no services.</exception>
    /// <exception cref="OptionsValidationException">When the client is asked for: options are wrong. It names all mistakes.</exception>
    public static IServiceCollection AddSnakepitClient(this IServiceCollection services, Action<SnakepitClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SnakepitClientOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SnakepitClientOptions>, SnakepitClientOptionsValidator>());
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayWatch>();
        services.AddOptions<ClientConnectionOptions>()
            .Configure<GatewayWatch>(static (connections, gateways) => gateways.Watch(connections));
        services.TryAddSingleton<ISnakepitClient>(static provider => new SnakepitClient(
            new AmbientCluster(provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<GatewayWatch>()),
            provider.GetRequiredService<IOptions<SnakepitClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
