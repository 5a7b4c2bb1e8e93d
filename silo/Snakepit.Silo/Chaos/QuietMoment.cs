using System.Runtime.Versioning;
using Snakepit.Silo.Chaos.Calls;
using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Chaos;

/// <summary>After the storm: waits until the cluster is whole and quiet, and counts.</summary>
[SupportedOSPlatform("linux")]
internal sealed class QuietMoment(IReadOnlyList<ChaosSilo> silos, int workers)
{
    /// <summary>In the command line of every worker.</summary>
    private const string WorkerModule = "snakepit_bridge", Guardian = "snakepit-guard";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until every silo sees all shards with all workers and without calls, and no other process descends from it.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task AwaitAsync(CancellationToken cancellationToken)
    {
        foreach (var silo in silos)
        {
            List<ShardStatus> seen = [];
            await ChaosSilo.UntilAsync(
                async () =>
                {
                    seen = ClusterStatus.Read(await silo.PoolAsync(cancellationToken));
                    return seen.Count == silos.Count && seen.TrueForAll(IsWholeAndQuiet);
                },
                Limit,
                () => $"{silo.Name} saw {silos.Count} quiet shards with {workers} workers each; it saw {string.Join(", ", seen)}",
                cancellationToken);
            await ChaosSilo.UntilAsync(
                async () => Strangers(silo, ClusterStatus.Read(await silo.PoolAsync(cancellationToken))).Count == 0,
                Limit,
                () => $"{silo.Name} had no other processes than workers and guardians; it has {string.Join(", ", silo.Descendants())}",
                cancellationToken);
        }
    }

    /// <summary>The counts of every shard.</summary>
    /// <param name="client">Asks the shards one by one; null for the sum over HTTP, which is the only shard's.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<ShardBalance[]> CountAsync(ClientWay? client, CancellationToken cancellationToken)
    {
        if (client is not null)
        {
            var status = await client.StatusAsync(cancellationToken);
            return [.. status.Shards.Select(shard => new ShardBalance(shard.Shard.Silo, shard.Queued + shard.Running, shard.Counters))];
        }

        var pool = await silos[0].PoolAsync(cancellationToken);
        return [new ShardBalance(silos[0].Name, ClusterStatus.Read(pool).Sum(shard => shard.InHand), ClusterStatus.Counters(pool))];
    }

    private bool IsWholeAndQuiet(ShardStatus shard) => shard.Capacity == workers && shard.InHand == 0 && shard.Pids.Length == workers;

    /// <summary>Processes that the status does not know, and workers that it knows and that are not there.</summary>
    private List<int> Strangers(ChaosSilo silo, List<ShardStatus> shards)
    {
        var known = shards.Find(shard => shard.Silo == silo.Name)!.Pids;
        var living = silo.Descendants();
        var guardians = living.Where(process => process.Command.Contains(Guardian, StringComparison.Ordinal)).ToList();
        var others = living.Except(guardians).ToList();
        return guardians.Count > workers || others.Exists(process => !process.Command.Contains(WorkerModule, StringComparison.Ordinal))
            ? [.. living.Select(process => process.Pid)]
            : [.. others.Select(process => process.Pid).Except(known), .. known.Except(others.Select(process => process.Pid))];
    }
}
