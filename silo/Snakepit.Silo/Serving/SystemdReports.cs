using Microsoft.Extensions.Hosting.Systemd;
using Snakepit.Grains.Pools;

namespace Snakepit.Silo.Serving;

/// <summary>
/// Tells systemd what a unit of <c>Type=notify</c> waits for: that the silo has joined its cluster, and that it stops. With
/// <c>WatchdogSec</c> it also pings while the silo's shards answer; systemd ends and restarts a silo that does not ping.
/// </summary>
internal sealed class SystemdReports(
    SystemdNotifier systemd, PoolShards shards, IHostApplicationLifetime lifetime, ILogger<SystemdReports> logger) : BackgroundService
{
    /// <summary>Pings for each <c>WatchdogSec</c>: a late one or a lost one must not be taken for the end.</summary>
    private const int Pings = 3;

    private static readonly ServiceState Alive = new("WATCHDOG=1");

    /// <summary>Adds it when systemd waits for reports. It is added before the silo, so that it stops after it.</summary>
    public static void Add(IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")))
            return;
        services.AddSingleton<SystemdNotifier>();
        services.AddHostedService<SystemdReports>();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var started = lifetime.ApplicationStarted.Register(() => systemd.Notify(ServiceState.Ready));
        using var stopping = lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        if (Interval() is not { } interval)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var timer = new PeriodicTimer(interval);
        do
        {
            if (await AnswersAsync(interval))
                systemd.Notify(Alive);
            else
                SiloLog.NoPing(logger, interval);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Null without <c>WatchdogSec</c>, or when the variables are another process's.</summary>
    private static TimeSpan? Interval()
    {
        var forOther = Environment.GetEnvironmentVariable("WATCHDOG_PID") is { Length: > 0 } pid && pid != $"{Environment.ProcessId}";
        return !forOther && ulong.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) / Pings
            : null;
    }

    /// <summary>A silo that stops has a limit of its own, <c>TimeoutStopSec</c>.</summary>
    private async Task<bool> AnswersAsync(TimeSpan limit)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return true;
        try
        {
            await shards.LocalStatesAsync().WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            return lifetime.ApplicationStopping.IsCancellationRequested;
        }
    }
}
