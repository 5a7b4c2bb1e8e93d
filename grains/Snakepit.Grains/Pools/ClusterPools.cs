using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Grains.Silos;
using Snakepit.Pools;
using Snakepit.Silos;

namespace Snakepit.Grains.Pools;

/// <summary>The pools of the whole cluster, also those that only the configuration of another silo has. Thread-safe.</summary>
/// <param name="options">Of this silo.</param>
/// <param name="silos">Asks the others.</param>
public sealed class ClusterPools(SnakepitOptions options, SiloControl silos)
{
    /// <summary>Their names. A silo that does not answer within two seconds adds none.</summary>
    public async Task<string[]> NamesAsync() => Names((await silos.ReportsAsync()).Reports);

    /// <summary>The error that a pool's name gets which no silo has; with a silo, which that silo has not.</summary>
    /// <param name="pool">The name.</param>
    /// <param name="silo">Name of a silo that there is; null for all.</param>
    public async Task<SnakepitException> NotFoundAsync(string pool, string? silo = null)
    {
        var (reports, silent) = await silos.ReportsAsync();
        var names = Names(reports);
        return silo is not null && (silent.Length > 0 || names.Contains(pool)) // a silo that does not answer may have it
            ? new SnakepitException(
                SnakepitErrorCode.PoolNotFound,
                $"There is no pool '{pool}' on a silo '{silo}'. 'snakepit silos' lists the silos with their pools.")
            : PoolView.NotFound(pool, [.. names.Where(name => name != pool)], options.RolesOf(pool));
    }

    private string[] Names(SiloReport[] reports) =>
    [
        .. options.Pools.Select(pool => pool.Name).Concat(reports.SelectMany(report => report.Pools))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
