using System.CommandLine;
using Microsoft.Extensions.Options;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Identity;
using Snakepit.Hosting.Startup;
using Snakepit.Silo.Serving;
using Snakepit.Workers.Host;
using Snakepit.Workers.Orphans;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit serve</c>: runs a silo until it is told to stop.</summary>
internal static class ServeCommand
{
    private const int FewestThreads = 2;

    public static Command Create()
    {
        var command = Create(
            "serve",
            "Run a silo with its pools. Options of the configuration may follow as --Snakepit:Name=value.",
            beside: static _ => static _ => Task.CompletedTask);
        Examples.Add(
            command,
            ("snakepit serve", "the snakepit.json of this folder"),
            ("snakepit serve --config /etc/snakepit/silo.json --urls http://0.0.0.0:8400", "another file, open to the network"),
            ("snakepit serve --Snakepit:Pools:0:PoolSize=4", "an option for this time"));
        return command;
    }

    /// <summary>A command that runs a silo.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="beside">Prepares what runs beside the silo, before its workers start.</param>
    public static Command Create(string name, string description, Func<WebApplication, Func<CancellationToken, Task>> beside)
    {
        var config = ConfigFile.Option();
        var urls = new Option<string>("--urls")
        {
            Description = "Addresses to listen on for HTTP",
            DefaultValueFactory = _ => SiloApplication.DefaultUrls,
            HelpName = "URL",
        };
        var command = new Command(name, description) { config, urls };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, cancellationToken) => ServeAsync(
            result.GetValue(config), result.GetValue(urls)!, result.UnmatchedTokens, beside, cancellationToken));
        return command;
    }

    /// <summary>
    /// Threads that stand ready: half of the processors. The others are Python's, and threads that wait for work by
    /// yielding to each other (which pool threads do for a while) take time from it and from each other; a call is handed
    /// on a dozen times. The pool still grows when work waits, but only after half a second: one thread alone would let a single
    /// blocking call, to a file for example, hold up Orleans and every answer for that long.
    /// </summary>
    private static void LeaveRoomForPython()
    {
        ThreadPool.GetMinThreads(out _, out var completion);
        ThreadPool.SetMinThreads(Math.Max(FewestThreads, Environment.ProcessorCount / 2), completion);
    }

    private static async Task<int> ServeAsync(
        string? config, string urls, IReadOnlyList<string> arguments, Func<WebApplication, Func<CancellationToken, Task>> beside,
        CancellationToken cancellationToken)
    {
        LeaveRoomForPython();
        try
        {
            var configuration = SiloConfiguration.Read(config, arguments);
            var addresses = HttpPorts.Parse(urls);
            await using var app = SiloApplication.Build(configuration, addresses);
            var options = app.Services.GetRequiredService<IOptions<SnakepitOptions>>().Value;
            // The identity comes before the ports: a second silo of one instance must hear of the first, not of a taken port.
            _ = app.Services.GetRequiredService<InstanceLock>();
            HttpPorts.Check(addresses);
            _ = app.Services.GetRequiredService<SiloEndpoints>();
            SiloApplication.UseDoor(app);
            var workers = app.Services.GetRequiredService<WorkerHost>();
            using var signals = new SecondSignal(workers, SiloLog.Of(app));
            using var levels = app.Services.GetRequiredService<RunTimeLevels>().Tell(workers);
            await app.Services.GetRequiredService<Preparation>().RunAsync(cancellationToken);
            // The preparation raises the host's limit and never lowers it. Here it becomes exactly what the options say a stop may take.
            app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = StopTimes.Whole(options);
            var companion = beside(app);
            if (!await TryStartAsync(app, cancellationToken))
                return ExitCodes.Ok;
            Announce(app, options);
            var accompanied = companion(app.Lifetime.ApplicationStopping);
            await app.WaitForShutdownAsync(cancellationToken);
            await accompanied;
            return ExitCodes.Ok;
        }
        catch (Exception error) when (error is StartupException or InstanceInUseException)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
        catch (OptionsValidationException error)
        {
            await Console.Error.WriteLineAsync($"snakepit: {InvalidOptionsException.Text([.. error.Failures])}");
            return ExitCodes.BadConfiguration;
        }
    }

    /// <summary>False when it was told to stop before it had started; an operation that this interrupted is no failure.</summary>
    private static async Task<bool> TryStartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (error is not StartupException && app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            SiloLog.StoppedEarly(SiloLog.Of(app));
            return false;
        }
    }

    private static string Size(PoolOptions pool) =>
        pool.Scale is { } scale ? $"{scale.MinSize} to {scale.MaxSize}" : $"{pool.PoolSize}";

    private static void Announce(WebApplication app, SnakepitOptions options)
    {
        var pools = string.Join(", ", options.OwnPools.Select(pool => $"{pool.Name} ({Size(pool)} workers)"));
        SiloLog.Listening(SiloLog.Of(app), SiloIdentity.Name(options), string.Join(", ", app.Urls), pools.Length == 0 ? "none" : pools);
    }
}
