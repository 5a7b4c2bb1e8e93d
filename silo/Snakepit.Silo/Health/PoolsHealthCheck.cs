using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Grains.Pools;
using Snakepit.Pools;

namespace Snakepit.Silo.Health;

/// <summary>
/// Ready when this silo can take work: no pool is still starting and at least one has a ready worker. A failed pool
/// beside serving ones makes it degraded, not unready: taking the silo out would take the good pools with it.
/// </summary>
internal sealed class PoolsHealthCheck(PoolShards shards) : IHealthCheck
{
    public const string Tag = "ready";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var pools = await shards.LocalStatesAsync();
        var states = pools.Values.ToList();
        var data = pools.ToDictionary(pair => pair.Key, object (pair) => pair.Value.ToString());
        if (states.Exists(state => state is PoolState.Starting or PoolState.Draining) || !states.Exists(state => state is PoolState.Ready or PoolState.Degraded))
            return HealthCheckResult.Unhealthy("not every pool has started", data: data);
        return states.TrueForAll(state => state == PoolState.Ready)
            ? HealthCheckResult.Healthy("every pool serves", data)
            : HealthCheckResult.Degraded("some pools do not serve", data: data);
    }
}
