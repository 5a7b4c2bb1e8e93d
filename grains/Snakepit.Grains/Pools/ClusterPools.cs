using Snakepit.Core.Options;
using Snakepit.Grains.Silos;

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
}
