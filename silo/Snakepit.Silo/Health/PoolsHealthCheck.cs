using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Snakepit.Core.Options;
using Snakepit.Pools;

namespace Snakepit.Silo.Health;

/// <summary>
/// Ready when this silo can take work: no pool is still starting and at least one has a ready worker. A failed pool
/// beside serving ones makes it degraded, not unready: taking the silo out would take the good pools with it.
/// </summary>
internal sealed class PoolsHealthCheck(SnakepitOptions options, IOptions<SiloOptions> silo, IGrainFactory grains) : IHealthCheck
{
    public const string Tag = "ready";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reports = await Task.WhenAll(options.Pools.Select(pool =>
            grains.GetGrain<IPoolShardGrain>(new ShardId(pool.Name, silo.Value.SiloName).ToString()).GetReportAsync()));
        var states = options.Pools.Zip(reports, (pool, report) => (pool.Name, State: report?.State ?? PoolState.Starting)).ToList();
        var data = states.ToDictionary(pair => pair.Name, object (pair) => pair.State.ToString());
        if (states.Exists(pair => pair.State is PoolState.Starting or PoolState.Draining) || !states.Exists(pair => pair.State is PoolState.Ready or PoolState.Degraded))
            return HealthCheckResult.Unhealthy("not every pool has started", data: data);
        return states.TrueForAll(pair => pair.State == PoolState.Ready)
            ? HealthCheckResult.Healthy("every pool serves", data)
            : HealthCheckResult.Degraded("some pools do not serve", data: data);
    }
}
