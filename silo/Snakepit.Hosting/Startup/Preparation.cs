using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;
using Snakepit.Hosting.Clustering;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Options;
using Snakepit.Workers.Host;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting.Startup;

/// <summary>
/// What has to be done before the silo joins its cluster: take the identity and the folders, end what earlier runs of this instance
/// have left, look whether the database can be used. Done once; every caller waits for the same run.
/// </summary>
internal sealed class Preparation(IServiceProvider services, SnakepitOptions options, SectionSource section, ILogger<Preparation> logger)
{
    private readonly Lock _starting = new();
    private Task? _running;

    /// <exception cref="StartupException">The silo cannot start, for a reason that the operator can mend.</exception>
    /// <exception cref="InstanceInUseException">A living silo has this name and token.</exception>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_starting)
            return _running ??= PrepareAsync(cancellationToken);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        // Made here, so that what is wrong with them is one sentence: the identity, then the folder of the workers' sockets.
        var held = services.GetRequiredService<InstanceLock>();
        _ = services.GetRequiredService<WorkerHost>();
        if (services.GetService<SiloEndpoints>() is not null) // else the application has brought its own clustering
            PortProtection.Prepare(services, options.Cluster);
        AllowTimeToStop();
        Warn();
        var meter = services.GetRequiredService<SiloMeter>(); // its instruments are there from the start
        var reaper = services.GetRequiredService<Reaper>();
        if (options.RogueCleanup.Enabled)
            meter.Reaped(await ReapAsync(reaper, held, cancellationToken));
        else
            reaper.StandBack();
        await ClusterStorage.PrepareAsync(services, options.Cluster, cancellationToken);
    }

    /// <summary>How many processes it has ended.</summary>
    private async Task<int> ReapAsync(Reaper reaper, InstanceLock held, CancellationToken cancellationToken)
    {
        var run = services.GetRequiredService<RunIdentity>();
        var report = await reaper.ReapAsync(held, run, options.RogueCleanup.Timeout, cancellationToken);
        return report.Killed.Count;
    }

    /// <summary>
    /// The host's own limit may be too short. It is raised here and not while options are configured: the host reads its options while it
    /// is built, and mistakes in ours must come at the start.
    /// </summary>
    private void AllowTimeToStop()
    {
        var host = services.GetRequiredService<IOptions<HostOptions>>().Value;
        if (StopTimes.Whole(options) > host.ShutdownTimeout)
            host.ShutdownTimeout = StopTimes.Whole(options);
    }

    private static string Own(IReadOnlyList<string> roles) => roles.Count == 0 ? "none" : string.Join(", ", roles);

    private void Warn()
    {
        if (services.GetRequiredService<WorkerHost>().Shortage(options.OwnPools.Sum(pool => pool.MostWorkers)) is { } shortage)
            HostingLog.FewFiles(logger, shortage);
        foreach (var pool in options.Pools.Except(options.OwnPools))
            HostingLog.PoolElsewhere(logger, pool.Name, string.Join(", ", pool.Silos.Roles), Own(options.Roles));
        foreach (var doubt in section.Doubts)
            HostingLog.DoubtfulOption(logger, doubt);
        if (services.GetService<SiloEndpoints>() is not { } endpoints)
            return; // the application has brought its own clustering
        if (PortProtection.IsOpen(options.Cluster))
            HostingLog.OpenPorts(logger, endpoints.SiloPort, endpoints.GatewayPort, endpoints.Listen);
        if (options.Cluster.PrimarySilo is { } primary)
            HostingLog.PrimarySilo(logger, primary);
    }
}

/// <summary>Prepares the silo before any service of the application starts, the silo among them.</summary>
internal sealed class PreparationService(Preparation preparation) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => preparation.RunAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
