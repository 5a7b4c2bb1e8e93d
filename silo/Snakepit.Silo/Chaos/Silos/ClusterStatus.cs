using System.Text.Json.Nodes;
using Snakepit.Pools;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>What a status says about one shard.</summary>
/// <param name="Silo">Name of its silo.</param>
/// <param name="Capacity">Calls that its ready workers take at once.</param>
/// <param name="InHand">Calls that wait or run.</param>
/// <param name="Pids">Its workers' processes.</param>
internal sealed record ShardStatus(string Silo, int Capacity, int InHand, int[] Pids);

internal static class ClusterStatus
{
    /// <summary>The shards in the pool's entry of a status document.</summary>
    public static List<ShardStatus> Read(JsonNode pool) =>
        [.. pool["shards"]!.AsArray().Select(shard => new ShardStatus(
            shard!["silo"]!.GetValue<string>(),
            shard["capacity"]!.GetValue<int>(),
            shard["queued"]!.GetValue<int>() + shard["running"]!.GetValue<int>(),
            [.. shard["workers"]!.AsArray().Select(worker => worker!["pid"]!.GetValue<int>()).Where(pid => pid != 0)]))];

    /// <summary>The counters of all shards together in the pool's entry of a status document.</summary>
    public static ShardCounters Counters(JsonNode pool)
    {
        return new ShardCounters
        {
            Requests = Number("requests"),
            Succeeded = Number("succeeded"),
            Errors = Number("errors"),
            Cancelled = Number("cancelled"),
            Moved = Number("moved"),
            PoolSaturated = Number("poolSaturated"),
            Refused = Number("refused"),
            WorkerDeaths = Number("workerDeaths"),
            Recycled = Number("recycled"),
            LateReplies = Number("lateReplies"),
        };

        long Number(string name) => pool[name]!.GetValue<long>();
    }
}
