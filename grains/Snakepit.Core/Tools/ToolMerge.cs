using Snakepit.Tools;

namespace Snakepit.Core.Tools;

/// <summary>Makes one list of what the shards of a pool say about their tools. Pure.</summary>
public static class ToolMerge
{
    /// <summary>
    /// Every tool that any shard has, by name. Where shards differ, the description of the silo counts that comes first by name, and the
    /// tool is named as differing.
    /// </summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="shards">Its shards.</param>
    /// <param name="silentSilos">Silos that did not answer.</param>
    public static PoolTools Merge(string pool, IEnumerable<ShardTools> shards, IEnumerable<string> silentSilos)
    {
        var all = shards.OrderBy(shard => shard.Shard.Silo, StringComparer.Ordinal).ToList();
        var known = all.FindAll(shard => shard.IsKnown);
        var tools = (from shard in known from tool in shard.Tools select tool)
            .GroupBy(tool => tool.Name, StringComparer.Ordinal)
            .OrderBy(tool => tool.Key, StringComparer.Ordinal).ToList();
        return new PoolTools
        {
            Pool = pool,
            Tools = [.. tools.Select(tool => tool.First())],
            TakesAnyName = known.Exists(shard => shard.TakesAnyName),
            Differing = [.. tools.Where(tool => IsDiffering(tool, known.Count)).Select(tool => tool.Key)],
            Silos = [.. all.Select(shard => shard.Shard.Silo)],
            StartingSilos = [.. all.Where(shard => !shard.IsKnown).Select(shard => shard.Shard.Silo)],
            SilentSilos = [.. silentSilos.Order(StringComparer.Ordinal)],
        };
    }

    private static bool IsDiffering(IEnumerable<ToolDescription> tool, int shards)
    {
        var descriptions = tool.ToList();
        return descriptions.Count < shards || !descriptions.TrueForAll(descriptions[0].SaysTheSameAs);
    }
}
