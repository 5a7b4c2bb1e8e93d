using System.CommandLine;
using System.Net;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Processes;
using Snakepit.Silo.Database;
using Snakepit.Silo.Hosting;
using Snakepit.Silo.Http;
using Snakepit.Workers.Files;
using Snakepit.Workers.Host;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit serve</c>: runs a silo until it is told to stop.</summary>
internal static class ServeCommand
{
    private const int FewestThreads = 2;

    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "JSON file with the section Snakepit", HelpName = "FILE" };
        var urls = new Option<string>("--urls") { Description = "Addresses to listen on for HTTP", DefaultValueFactory = _ => SiloApplication.DefaultUrls, HelpName = "URL" };
        var command = new Command("serve", "Run a silo with its pools. Options of the configuration may follow as --Snakepit:Name=value.") { config, urls };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, cancellationToken) => ServeAsync(result.GetValue(config), result.GetValue(urls)!, result.UnmatchedTokens, cancellationToken));
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

    private static async Task<int> ServeAsync(string? config, string urls, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        LeaveRoomForPython();
        try
        {
            var configuration = SiloConfiguration.Read(config, arguments);
            await using var app = SiloApplication.Build(configuration, urls);
            Warn(app, configuration);
            WarnOfCluster(app.Logger, configuration.Options.Cluster, app.Services.GetRequiredService<SiloEndpoints>());
            using var signals = new SecondSignal(app.Services.GetRequiredService<WorkerHost>(), app.Logger);
            await SiloApplication.ReapAsync(app, configuration.Options.RogueCleanup, cancellationToken);
            if (!await TryStartAsync(app, configuration.Options.Cluster, cancellationToken))
                return ExitCodes.Ok;
            Announce(app, configuration.Options);
            await PoolsAwait.ReportAsync(app, configuration.Options, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Ok;
        }
        catch (Exception error) when (error is StartupException or InvalidOptionsException)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
    }

    /// <summary>False when it was told to stop before it had started; whatever was interrupted by that is no failure.</summary>
    private static async Task<bool> TryStartAsync(WebApplication app, ClusterOptions cluster, CancellationToken cancellationToken)
    {
        try
        {
            await ClusterStorage.PrepareAsync(app.Services, cluster, cancellationToken);
            await app.StartAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (error is not StartupException && app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            SiloLog.StoppedEarly(app.Logger);
            return false;
        }
    }

    private static void Warn(WebApplication app, SiloConfiguration configuration)
    {
        if (OpenFiles.Limit is { } limit && FileBudget.Shortage(limit, configuration.Options.Pools.Sum(pool => pool.PoolSize)) is { } shortage)
            SiloLog.FewFiles(app.Logger, shortage);
        foreach (var doubt in configuration.Doubts)
            SiloLog.DoubtfulOption(app.Logger, doubt);
        var door = app.Services.GetRequiredService<Door>();
        if (door.IsOpen)
            SiloLog.OpenDoor(app.Logger, string.Join(", ", door.Addresses.Where(address => !address.IsLoopback)));
    }

    private static void WarnOfCluster(ILogger logger, ClusterOptions cluster, SiloEndpoints endpoints)
    {
        if (!IPAddress.IsLoopback(endpoints.Listen))
            SiloLog.OpenPorts(logger, endpoints.SiloPort, endpoints.GatewayPort, endpoints.Listen);
        if (cluster.PrimarySilo is { } primary)
            SiloLog.PrimarySilo(logger, primary);
    }

    private static void Announce(WebApplication app, SnakepitOptions options)
    {
        var pools = string.Join(", ", options.Pools.Select(pool => $"{pool.Name} ({pool.PoolSize} workers)"));
        SiloLog.Listening(app.Logger, SiloApplication.SiloName(options), string.Join(", ", app.Urls), pools);
    }
}
