using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Grains.Silos;
using Snakepit.Pools;

namespace Snakepit.Grains.Pools;

/// <summary>The pools of the whole cluster, also those that only the configuration of another silo has. Thread-safe.</summary>
/// <param name="options">Of this silo.</param>
/// <param name="silos">Asks the others.</param>
public sealed class ClusterPools(SnakepitOptions options, SiloControl silos)
{
    /// <summary>Their names. A silo that does not answer within two seconds adds none.</summary>
    public async Task<string[]> NamesAsync()
    {
        var (reports, _) = await silos.ReportsAsync();
        return
        [
            .. options.Pools.Select(pool => pool.Name).Concat(reports.SelectMany(report => report.Pools))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The error that a pool's name gets which no silo has; with a silo, which that silo has not.</summary>
    /// <param name="pool">The name.</param>
    /// <param name="silo">Name of a silo that there is; null for all.</param>
    public async Task<SnakepitException> NotFoundAsync(string pool, string? silo = null)
    {
        var names = await NamesAsync();
        return silo is not null && names.Contains(pool)
            ? new SnakepitException(
                SnakepitErrorCode.PoolNotFound,
                $"There is no pool '{pool}' on a silo '{silo}'. 'snakepit silos' lists the silos with their pools.")
            : PoolView.NotFound(pool, [.. names.Where(name => name != pool)], options.RolesOf(pool));
    }
}
