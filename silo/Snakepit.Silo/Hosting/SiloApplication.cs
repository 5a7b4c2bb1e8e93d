using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Timeouts;
using Snakepit.Grains.Hosting;
using Snakepit.Grains.Pools;
using Snakepit.Silo.Database;
using Snakepit.Silo.Health;
using Snakepit.Silo.Http;
using Snakepit.Workers.Host;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Python;

namespace Snakepit.Silo.Hosting;

/// <summary>The composition root: every part of the house is put together here and nowhere else.</summary>
internal static class SiloApplication
{
    public const string DefaultUrls = "http://127.0.0.1:8400";

    /// <summary>Drain, graceful stop of the workers and the silo's own leaving, all together.</summary>
    private static readonly TimeSpan LeavingMargin = TimeSpan.FromSeconds(5);

    /// <summary>Of a message beside arguments or result: names, trace, headers.</summary>
    private const int MessageMargin = 1024 * 1024;

    /// <exception cref="StartupException">A port or the identity is taken, or a folder or a connection string cannot be used.</exception>
    public static WebApplication Build(SiloConfiguration configuration, string urls)
    {
        var options = configuration.Options;
        var grace = options.Pools.Max(pool => options.Plan(pool).GracefulShutdownTimeout.Value);
        var run = new RunIdentity(options.InstanceName, options.InstanceToken, NewRunId());
        var identity = TakeIdentity(options, run);
        var door = new Door(HttpPorts.Check(urls), options.Http);
        var endpoints = SiloEndpoints.Choose(options.Cluster);
        var database = options.Cluster.Provider == ClusterProvider.Postgres ? DatabaseConnection.Of(options.Cluster, configuration.Root) : null;

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration.Root);
        builder.WebHost.UseUrls([.. door.Addresses.Select(address => address.Url)]); // as they were read, not as the server would
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // the endpoint checks, and says what the limit is
        });
        builder.Host.ConfigureHostOptions(host => host.ShutdownTimeout = options.DrainTimeout + grace + LeavingMargin);
        var early = new EarlyStop();
        ConfigureLogging(builder.Logging, configuration.Root, early);

        var services = builder.Services;
        services.AddSingleton(identity);
        services.AddSingleton(run);
        services.AddSingleton(endpoints);
        services.AddSingleton<PythonLocator>();
        services.AddSingleton<Reaper>();
        services.AddSingleton(new WorkerHostSettings
        {
            Run = run,
            PythonExecutable = options.PythonExecutable,
            LinkCarrier = options.LinkCarrier,
            RecordFolder = identity.RecordFolder,
            OomScoreAdj = options.WorkerOomScoreAdj,
            Output = options.WorkerOutput.Limits,
            ShutdownGrace = grace,
        });
        services.AddSingleton<WorkerHost>();
        services.AddSingleton<IWorkerHost>(provider => provider.GetRequiredService<WorkerHost>());
        services.AddSnakepitClient(client =>
        {
            client.DefaultPool = options.Pools[0].Name;
            client.LocalSilo = SiloName(options);
        });
        services.AddOptions<SnakepitClientOptions>().Configure<PoolShards>(static (client, shards) => client.LocalHasRoom = shards.LocalHasRoom);
        services.AddHealthChecks().AddCheck<PoolsHealthCheck>("pools", tags: [PoolsHealthCheck.Tag]);
        services.AddProblemDetails();
        services.AddDoor(door);
        services.AddSingleton<PoolDoor>();

        builder.UseOrleans(silo =>
        {
            silo.AddClusterStorage(options.Cluster, endpoints, database);
            silo.Configure<SiloOptions>(own => own.SiloName = SiloName(options));
            // A message that no call may have ends its connection before all its bytes have come.
            silo.Configure<SiloMessagingOptions>(messaging =>
                messaging.MaxMessageBodySize = (int)Math.Max(options.MaxRequestBytes, options.MaxResultBytes) + MessageMargin);
            silo.AddSnakepitGrains(options);
        });

        var app = builder.Build();
        early.Watch(app.Lifetime);
        MakeWorkerHost(app.Services);
        app.UseDoor();
        app.MapTools();
        app.MapStreams();
        app.MapStatus();
        app.MapRecycling();
        app.MapSnakepitHealth();
        return app;
    }

    /// <summary>Ends what earlier runs of this instance have left, before this one takes work.</summary>
    public static async Task ReapAsync(WebApplication app, RogueCleanupOptions options, CancellationToken cancellationToken)
    {
        var services = app.Services;
        var reaper = services.GetRequiredService<Reaper>();
        if (options.Enabled)
            await reaper.ReapAsync(services.GetRequiredService<InstanceLock>(), services.GetRequiredService<RunIdentity>(), options.Timeout, cancellationToken);
        else
            reaper.StandBack();
    }

    /// <summary>Unique in the cluster and the same after a restart, since shards and workers are addressed by it.</summary>
    public static string SiloName(SnakepitOptions options)
    {
        if (options.Cluster.SiloName is { } name)
            return name;
        var defaults = new SnakepitOptions();
        string[] parts =
        [
            Environment.MachineName,
            options.InstanceName == defaults.InstanceName ? "" : options.InstanceName,
            options.InstanceToken == defaults.InstanceToken ? "" : options.InstanceToken,
        ];
        return string.Join('-', parts.Where(part => part.Length > 0));
    }

    internal static string NewRunId() => Guid.CreateVersion7().ToString("N")[^12..];

    /// <summary>Made before anything starts, so that a runtime folder which cannot be used is one sentence and not a stack trace.</summary>
    private static void MakeWorkerHost(IServiceProvider services)
    {
        try
        {
            _ = services.GetRequiredService<IWorkerHost>();
        }
        catch (IOException error)
        {
            throw new StartupException(error.Message, error);
        }
    }

    private static InstanceLock TakeIdentity(SnakepitOptions options, RunIdentity run)
    {
        try
        {
            return TakeLock(options, run);
        }
        catch (InstanceInUseException error)
        {
            throw new StartupException(error.Message, error);
        }
    }

    /// <exception cref="InstanceInUseException">A living silo has this name and token.</exception>
    /// <exception cref="StartupException">The data folder cannot be used.</exception>
    internal static InstanceLock TakeLock(SnakepitOptions options, RunIdentity run)
    {
        var data = options.DataDir
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "snakepit");
        try
        {
            return InstanceLock.Take(data, run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data folder '{data}' cannot be used: {error.Message.TrimEnd('.')}. Name another in Snakepit:DataDir or SNAKEPIT_DATA_DIR.", error);
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging, IConfiguration configuration, EarlyStop early)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        // Nobody waits for a log that is not read on, a worker's output least of all: what finds no room is left out, and the console says how much.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        logging.AddFilter("Orleans", level => early.Passes(level, LogLevel.Warning));
        logging.AddFilter("Orleans.Runtime.Silo", level => early.Passes(level, LogLevel.Error)); // its advice on garbage collection is for other machines
        // It compares with the uptime of the host before its first look, so it warns at each start. Shards log pauses of the host themselves.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddFilter("Polly", LogLevel.None); // the placement's: what comes of a try is told to its caller
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // whoever asks gets the answer
        logging.AddFilter("Microsoft", level => early.Passes(level, LogLevel.Warning));
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddConfiguration(configuration.GetSection("Logging"));
    }
}
