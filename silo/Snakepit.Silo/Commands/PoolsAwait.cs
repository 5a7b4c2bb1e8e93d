using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Core.Options;
using Snakepit.Silo.Health;

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
                Console.WriteLine($"Pools are ready after {elapsed.TotalSeconds:0.0} s{(report.Status == HealthStatus.Degraded ? ", but not all of them: see 'snakepit status'" : "")}.");
                return;
            }

            if (elapsed > limit)
            {
                Console.WriteLine($"Pools are not ready after {Duration.Format(limit)} (PoolAwaitReadyTimeout); see 'snakepit status'. The silo goes on.");
                return;
            }

            await Task.WhenAny(Task.Delay(Pause, cancellationToken), Task.Delay(Timeout.Infinite, stopping));
        }
    }
}
