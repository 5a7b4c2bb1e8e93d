using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Grains.Pools;
using Snakepit.Pools;

namespace Snakepit.Hosting.Health;

/// <summary>
/// Ready when this silo can take work: no pool is still starting and at least one serves or sleeps. A failed pool
/// beside serving ones makes it degraded, not unready: taking the silo out would take the good pools with it. A silo that leaves all
/// pools to others is ready: its door leads to them.
/// </summary>
internal sealed class PoolsHealthCheck(PoolShards shards) : IHealthCheck
{
    public const string Name = "snakepit-pools";

    public const string Tag = "ready";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var pools = await shards.LocalStatesAsync();
        var data = pools.ToDictionary(pair => pair.Key, object (pair) => pair.Value.ToString());
        return Judge([.. pools.Values]) switch
        {
            HealthStatus.Healthy => HealthCheckResult.Healthy("every pool serves", data),
            HealthStatus.Degraded => HealthCheckResult.Degraded("some pools do not serve", data: data),
            _ => HealthCheckResult.Unhealthy("no pool serves, or one is starting or draining", data: data),
        };
    }

    public static HealthStatus Judge(IReadOnlyList<PoolState> states)
    {
        if (states.Count == 0)
            return HealthStatus.Healthy;
        if (states.Any(state => state is PoolState.Starting or PoolState.Draining)
            || !states.Any(state => state is PoolState.Ready or PoolState.Degraded))
            return HealthStatus.Unhealthy;
        return states.All(state => state == PoolState.Ready) ? HealthStatus.Healthy : HealthStatus.Degraded;
    }
}
