using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;
using Snakepit.Silo.Health;
using Snakepit.Silo.Hosting;

namespace Snakepit.Silo.Commands;

/// <summary>After the start: says when the pools serve, or that they are late. Calls are not kept waiting for it.</summary>
internal static class PoolsAwait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task ReportAsync(WebApplication app, SnakepitOptions options, CancellationToken cancellationToken)
    {
        var limit = options.Pools.Max(pool => options.Plan(pool).AwaitReadyTimeout.Value);
        var health = app.Services.GetRequiredService<HealthCheckService>();
        var stopping = app.Lifetime.ApplicationStopping;
        var began = TimeProvider.System.GetTimestamp();
        while (!stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var report = await health.CheckHealthAsync(check => check.Tags.Contains(PoolsHealthCheck.Tag), cancellationToken);
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            if (report.Status != HealthStatus.Unhealthy)
            {
                if (report.Status == HealthStatus.Degraded)
                    SiloLog.SomePoolsReady(app.Logger, elapsed.TotalSeconds);
                else
                    SiloLog.PoolsReady(app.Logger, elapsed.TotalSeconds);
                return;
            }

            if (elapsed > limit)
            {
                SiloLog.PoolsLate(app.Logger, Duration.Format(limit));
                return;
            }

            await Task.WhenAny(Task.Delay(Pause, cancellationToken), Task.Delay(Timeout.Infinite, stopping));
        }
    }
}
