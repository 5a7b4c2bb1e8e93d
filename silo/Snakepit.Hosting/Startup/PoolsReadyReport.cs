using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;
using Snakepit.Execution;
using Snakepit.Grains.Pools;
using Snakepit.Hosting.Health;

namespace Snakepit.Hosting.Startup;

/// <summary>After the start: says when the pools serve, or that they are late. Calls are not kept waiting for it.</summary>
internal sealed class PoolsReadyReport(
    PoolShards shards, SnakepitOptions options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PoolsReadyReport> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var limit = options.OwnPools.Select(pool => options.Plan(pool).AwaitReadyTimeout.Value).DefaultIfEmpty().Max();
        await Task.WhenAny(Task.Delay(Timeout.Infinite, lifetime.ApplicationStarted), Task.Delay(Timeout.Infinite, stoppingToken));
        var began = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            var status = PoolsHealthCheck.Judge([.. (await shards.LocalStatesAsync()).Values]);
            var elapsed = time.GetElapsedTime(began);
            if (status == HealthStatus.Healthy)
                HostingLog.PoolsReady(logger, elapsed.TotalSeconds);
            else if (status == HealthStatus.Degraded)
                HostingLog.SomePoolsReady(logger, elapsed.TotalSeconds);
            else if (elapsed > limit)
                HostingLog.PoolsLate(logger, Duration.Format(limit));
            else
            {
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            return;
        }
    }
}
