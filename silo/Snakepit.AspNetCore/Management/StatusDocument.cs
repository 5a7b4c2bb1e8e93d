using System.Text.Json;
using System.Text.Json.Serialization;
using Snakepit.Core.Options;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.AspNetCore.Management;

/// <summary>The answer of <c>GET /v1/status</c>; the command line reads it too.</summary>
internal sealed record StatusDocument(
    string Silo, string Instance, string Run, int Pid, PoolDocument[] Pools, string? DatabaseProblem = null,
    double? DatabaseProblemSeconds = null)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}

/// <summary>One pool, over all silos.</summary>
internal sealed record PoolDocument(
    string Name, PoolState State, int Queued, int Running, int Capacity, long Requests, long Succeeded, long Errors, long Cancelled,
    long QueueTimeouts, long PoolSaturated, long Refused, long LateReplies, long WorkerDeaths, long Recycled, long Moved, int Streams,
    int Sessions, ShardDocument[] Shards, string[] SilentSilos, WorkerProfile Profile)
{
    /// <param name="status">The pool over all silos.</param>
    /// <param name="profile">Of its workers.</param>
    /// <param name="tell">What may be told of a text that comes from a worker.</param>
    public static PoolDocument From(PoolStatus status, WorkerProfile profile, Func<string?, string?> tell)
    {
        var counters = status.Shards.Aggregate(default(ShardCounters), (sum, shard) => sum + shard.Counters);
        return new PoolDocument(
            status.Pool,
            Best(status.Shards),
            status.Shards.Sum(shard => shard.Queued),
            status.Shards.Sum(shard => shard.Running),
            status.Shards.Sum(shard => shard.Capacity),
            counters.Requests,
            counters.Succeeded,
            counters.Errors,
            counters.Cancelled,
            counters.QueueTimeouts,
            counters.PoolSaturated,
            counters.Refused,
            counters.LateReplies,
            counters.WorkerDeaths,
            counters.Recycled,
            counters.Moved,
            status.Shards.Sum(shard => shard.Streams),
            status.Shards.Sum(shard => shard.Sessions),
            [.. status.Shards.Select(shard => ShardDocument.From(shard, tell))],
            status.SilentSilos,
            profile);
    }

    /// <summary>A pool is as good as its best shard.</summary>
    private static PoolState Best(ShardReport[] shards)
    {
        PoolState[] order =
        [
            PoolState.Ready, PoolState.Degraded, PoolState.Starting, PoolState.Tripped, PoolState.Draining, PoolState.Failed,
        ];
        return shards.Length == 0 ? PoolState.Starting : order.First(state => Array.Exists(shards, shard => shard.State == state));
    }
}

internal sealed record ShardDocument(
    string Silo, PoolState State, string? Reason, int Queued, int Held, int QueueLimit, int Running, int Capacity, int PoolSize,
    int ConfiguredSize, SizeSource SizeSource, int? MinSize, int? MaxSize, WorkerDocument[] Workers)
{
    public static ShardDocument From(ShardReport report, Func<string?, string?> tell) => new(
        report.Shard.Silo, report.State, tell(report.Reason), report.Queued, report.Held, report.QueueLimit,
        report.Running, report.Capacity,
        report.PoolSize,
        report.ConfiguredSize, report.SizeSource, report.MinSize, report.MaxSize,
        [.. report.Workers.Select(worker => WorkerDocument.From(worker, tell))]);
}

internal sealed record WorkerDocument(
    string Id, string Silo, string Pool, int Slot, int Generation, int Pid, WorkerState State, int Load, int Capacity, long Served,
    double AgeSeconds, double MemoryMb, bool Tainted, RecycleReason? RecycleDue, string? Python, string? LastFailure,
    long OutputLines, long OutputBytes, long OutputDropped, bool StartFailed)
{
    public static WorkerDocument From(WorkerReport report, Func<string?, string?> tell) => new(
        report.Worker.ToString(), report.Worker.Slot.Shard.Silo, report.Worker.Slot.Shard.Pool, report.Worker.Slot.Slot,
        report.Worker.Generation, report.Pid, report.State, report.Load, report.Capacity, report.Served,
        Math.Round(report.Age.TotalSeconds, 1), Math.Round(report.RssBytes / 1048576.0, 1), report.Tainted, report.RecycleDue,
        report.PythonVersion, tell(report.LastFailure),
        report.OutputLines, report.OutputBytes, report.OutputDropped, report.StartFailed);
}
