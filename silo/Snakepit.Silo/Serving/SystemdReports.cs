using Microsoft.Extensions.Hosting.Systemd;
using Snakepit.Grains.Pools;

namespace Snakepit.Silo.Serving;

/// <summary>
/// Tells systemd what a unit of <c>Type=notify</c> waits for: that the silo has joined its cluster, and that it stops. With
/// <c>WatchdogSec</c> it also pings while the silo's shards answer; systemd ends and restarts a silo that does not ping.
/// </summary>
/// <param name="systemd">Takes the messages.</param>
/// <param name="shardsAnswer">Completes when every shard of this silo has had a turn.</param>
/// <param name="lifetime">Of the program.</param>
/// <param name="logger">Is told of pings that are left out.</param>
/// <param name="time">The clock.</param>
/// <param name="interval">Between two pings; null for none.</param>
internal sealed class SystemdReports(
    ISystemdNotifier systemd,
    Func<Task> shardsAnswer,
    IHostApplicationLifetime lifetime,
    ILogger<SystemdReports> logger,
    TimeProvider time,
    TimeSpan? interval) : BackgroundService
{
    /// <summary>Pings for each <c>WatchdogSec</c>: a late one or a lost one must not be taken for the end.</summary>
    private const int Pings = 3;

    private static readonly ServiceState Alive = new("WATCHDOG=1");

    /// <summary>Adds it when systemd waits for reports. It is added before the silo, so that it stops after it.</summary>
    public static void Add(IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")))
            return;
        services.AddHostedService(provider => new SystemdReports(
            new SystemdNotifier(),
            () => provider.GetRequiredService<PoolShards>().LocalStatesAsync(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<SystemdReports>>(),
            TimeProvider.System,
            Interval()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var started = lifetime.ApplicationStarted.Register(() => systemd.Notify(ServiceState.Ready));
        using var stopping = lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        using var timer = new PeriodicTimer(interval ?? Timeout.InfiniteTimeSpan, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (await AnswersAsync(timer.Period))
                systemd.Notify(Alive);
            else
                SiloLog.NoPing(logger, timer.Period);
        }
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
            await shardsAnswer().WaitAsync(limit, time);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException) // too late, or the silo has not got as far
        {
            return lifetime.ApplicationStopping.IsCancellationRequested;
        }
    }
}
