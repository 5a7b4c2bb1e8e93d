using Snakepit.Client;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Samples.WebFrontend;

/// <summary>The pool's own report, made small for the strip of workers at the top of the page.</summary>
internal sealed class PoolWatch(ISnakepitClient client, ILogger<PoolWatch> logger)
{
    /// <summary>Longer than a pool waits for a silo that does not answer, 2 s.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Never fails: a cluster that cannot be asked is an answer too.</summary>
    public async Task<PoolStrip> ReadAsync(string pool)
    {
        try
        {
            return PoolStrip.From(await client.GetPoolStatusAsync(pool).WaitAsync(Limit));
        }
        catch (Exception error)
        {
            logger.LogDebug(error, "Pool {Pool} could not be asked for its status", pool);
            return PoolStrip.Unreachable(pool);
        }
    }
}

/// <param name="Pool">Its name.</param>
/// <param name="State">As good as that of its best shard.</param>
/// <param name="Queued">Calls that wait.</param>
/// <param name="Served">Calls that its shards have answered.</param>
/// <param name="Silos">The silos that have a shard of it.</param>
internal sealed record PoolStrip(string Pool, string State, int Queued, long Served, SiloRow[] Silos)
{
    public static PoolStrip Unreachable(string pool) => new(pool, "unreachable", 0, 0, []);

    public static PoolStrip From(PoolStatus status) => new(
        status.Pool,
        status.Shards.Length == 0 ? "missing" : Best(status).ToString().ToLowerInvariant(),
        status.Shards.Sum(shard => shard.Queued),
        status.Shards.Sum(shard => shard.Counters.Succeeded + shard.Counters.Errors),
        [
            .. status.Shards.Select(SiloRow.From)
                .Concat(status.SilentSilos.Select(SiloRow.Silent))
                .OrderBy(row => row.Name, StringComparer.Ordinal),
        ]);

    /// <summary>The best first. A state that is not here, of a newer silo, ranks behind them all.</summary>
    private static readonly PoolState[] Order =
        [PoolState.Ready, PoolState.Degraded, PoolState.Starting, PoolState.Tripped, PoolState.Draining, PoolState.Failed];

    /// <summary>A pool is as good as its best shard.</summary>
    private static PoolState Best(PoolStatus status) => status.Shards.Select(shard => shard.State).MinBy(Rank);

    private static int Rank(PoolState state) => Array.IndexOf(Order, state) is var rank and >= 0 ? rank : Order.Length;
}

internal sealed record SiloRow(string Name, string State, WorkerDot[] Workers)
{
    public static SiloRow From(ShardReport shard) => new(
        shard.Shard.Silo, shard.State.ToString().ToLowerInvariant(), [.. shard.Workers.Select(WorkerDot.From)]);

    /// <summary>In the cluster, without an answer.</summary>
    public static SiloRow Silent(string name) => new(name, "silent", []);
}

internal sealed record WorkerDot(string Id, string State, int Pid, long Served, string? Python, string? LastFailure)
{
    public static WorkerDot From(WorkerReport worker) => new(
        worker.Worker.ToString(),
        worker switch
        {
            { State: WorkerState.Ready, Load: > 0 } => "busy",
            { State: WorkerState.Ready } => "idle",
            _ => worker.State.ToString().ToLowerInvariant(),
        },
        worker.Pid,
        worker.Served,
        worker.PythonVersion,
        worker.LastFailure);
}
