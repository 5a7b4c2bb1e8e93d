using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Grains.Hosting;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Events;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Health;
using Snakepit.Hosting.Identity;
using Snakepit.Hosting.Options;
using Snakepit.Hosting.Startup;
using Snakepit.Workers.Host;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Python;

namespace Snakepit.Hosting;

/// <summary>Puts pools of Python workers into Orleans silos.</summary>
public static class SnakepitSiloExtensions
{
    /// <summary>Of a message beside arguments or result: names, trace, headers.</summary>
    private const int MessageMargin = 1024 * 1024;

    /// <summary>
    /// Makes the application an Orleans silo with pools of Python workers. The options come from the section <c>Snakepit</c> of its
    /// configuration and from code; all mistakes in them are reported at the start, in one
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>. <c>ISnakepitClient</c> is registered and prefers this silo.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="configure">
    /// Adds pools, and whatever else the silo needs. Clustering, reminders and grain storage that it does not bring are those that
    /// <c>Snakepit:Cluster</c> names; by default this silo is a cluster of its own.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHostApplicationBuilder AddSnakepitSilo(this IHostApplicationBuilder builder, Action<ISiloBuilder>? configure = null)
    {
        builder.UseOrleans(silo =>
        {
            configure?.Invoke(silo);
            silo.AddSnakepitSilo();
            silo.AddMissingCluster();
        });
        return builder;
    }

    /// <summary>
    /// Puts pools of Python workers into a silo whose clustering, reminders and grain storage are the application's affair. Worker ages
    /// need reminders. Everything else is as with <see cref="AddSnakepitSilo(IHostApplicationBuilder, Action{ISiloBuilder}?)"/>; a second
    /// call does nothing.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <returns>The same builder.</returns>
    public static ISiloBuilder AddSnakepitSilo(this ISiloBuilder silo)
    {
        var services = silo.Services;
        if (services.Any(service => service.ServiceType == typeof(Preparation)))
            return silo;
        OptionsRegistration.Add(services);
        AddIdentity(services);
        AddWorkers(services);
        AddClient(services);
        AddStartup(services);
        ConfigureSilo(services);
        return silo.AddSnakepitGrains();
    }

    /// <summary>
    /// Adds a pool, or changes the one of that name which the configuration has: code has the last word.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">Lower-case letters, digits, '-', '_' and '.'.</param>
    /// <param name="configure">Sets the pool's options; <c>AdapterModule</c> is needed.</param>
    /// <returns>The same builder.</returns>
    public static ISiloBuilder AddPool(this ISiloBuilder silo, string name, Action<PoolOptions> configure)
    {
        OptionsRegistration.Add(silo.Services); // the configuration is read first, so that code adds to it
        silo.Services.Configure<SnakepitOptions>(options =>
        {
            var pool = options.Pools.FirstOrDefault(candidate => candidate.Name == name);
            if (pool is null)
                options.Pools = [.. options.Pools, pool = new PoolOptions { Name = name }];
            configure(pool);
        });
        return silo;
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddSingleton(static provider => SiloIdentity.NewRun(provider.GetRequiredService<SnakepitOptions>()));
        services.AddSingleton(static provider =>
            SiloIdentity.TakeLock(provider.GetRequiredService<SnakepitOptions>(), provider.GetRequiredService<RunIdentity>()));
    }

    private static void AddWorkers(IServiceCollection services)
    {
        services.AddSingleton<IPoolSizes, PoolSizesFile>();
        services.AddSingleton<PythonLocator>();
        services.AddSingleton<Reaper>();
        services.AddSingleton(static provider => WorkerSettings.Of(
            provider.GetRequiredService<SnakepitOptions>(),
            provider.GetRequiredService<RunIdentity>(),
            provider.GetRequiredService<InstanceLock>().RecordFolder));
        services.AddSingleton(MakeWorkerHost);
        services.AddSingleton<IWorkerHost>(static provider => provider.GetRequiredService<WorkerHost>());
    }

    /// <exception cref="StartupException">The folder for the workers' sockets cannot be used.</exception>
    private static WorkerHost MakeWorkerHost(IServiceProvider provider)
    {
        try
        {
            return ActivatorUtilities.CreateInstance<WorkerHost>(provider);
        }
        catch (IOException error)
        {
            throw new StartupException(error.Message, error);
        }
    }

    private static void AddClient(IServiceCollection services)
    {
        services.AddSnakepitClient();
        services.AddSingleton<OwnShards>();
        services.AddOptions<SnakepitClientOptions>().Configure<SnakepitOptions, OwnShards>(static (client, options, shards) =>
        {
            client.DefaultPool = options.Pools[0].Name;
            client.LocalShards = shards;
        });
    }

    private static void AddStartup(IServiceCollection services)
    {
        services.AddSingleton<SiloMeter>();
        services.AddSingleton<EventHub>();
        services.AddSingleton<ISnakepitEvents>(static provider => provider.GetRequiredService<EventHub>());
        services.AddSingleton<IShardObserverFactory>(static provider => provider.GetRequiredService<EventHub>());
        services.AddSingleton<IPythonListener>(static provider => provider.GetRequiredService<EventHub>());
        services.AddSingleton<Preparation>();
        services.AddHostedService<PreparationService>();
        services.AddHostedService<PoolsReadyReport>();
        services.AddHealthChecks().AddCheck<PoolsHealthCheck>(PoolsHealthCheck.Name, tags: [PoolsHealthCheck.Tag]);
    }

    private static void ConfigureSilo(IServiceCollection services)
    {
        services.AddOptions<SiloOptions>().Configure<SnakepitOptions>(static (silo, options) => silo.SiloName = SiloIdentity.Name(options));
        // A message that no call may have ends its connection before all its bytes have come.
        services.AddOptions<SiloMessagingOptions>().Configure<SnakepitOptions>(static (messaging, options) =>
            messaging.MaxMessageBodySize = (int)Math.Max(options.MaxRequestBytes, options.MaxResultBytes) + MessageMargin);
    }
}
