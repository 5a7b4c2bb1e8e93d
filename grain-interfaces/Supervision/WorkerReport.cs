using Snakepit.Identity;

namespace Snakepit.Supervision;

/// <summary>What a shard announces about one of its workers.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.WorkerReport")]
public sealed record WorkerReport
{
    /// <summary>Which worker.</summary>
    [Id(0)] public required WorkerId Worker { get; init; }

    /// <summary>What its process is doing.</summary>
    [Id(1)] public required WorkerState State { get; init; }

    /// <summary>Process id, 0 while there is no process.</summary>
    [Id(2)] public int Pid { get; init; }

    /// <summary>Requests on the worker now.</summary>
    [Id(3)] public int Load { get; init; }

    /// <summary>Requests the worker takes at once.</summary>
    [Id(4)] public int Capacity { get; init; }

    /// <summary>Requests answered by this generation, good or bad.</summary>
    [Id(5)] public long Served { get; init; }

    /// <summary>How long this generation has been ready.</summary>
    [Id(6)] public TimeSpan Age { get; init; }

    /// <summary>Why the previous generation ended or failed to start, if it did not end in peace.</summary>
    [Id(7)] public string? LastFailure { get; init; }

    /// <summary>Version of its interpreter; null while there is no process.</summary>
    [Id(8)] public string? PythonVersion { get; init; }

    /// <summary>Resident memory of it and its children at the latest look; 0 before the first.</summary>
    [Id(9)] public long RssBytes { get; init; }

    /// <summary>A worker crashed in this slot lately, so it gets no work yet.</summary>
    [Id(10)] public bool Tainted { get; init; }

    /// <summary>Why a fresh worker is to take its place; null while it may stay.</summary>
    [Id(11)] public RecycleReason? RecycleDue { get; init; }

    /// <summary>Lines that this process has written to its output.</summary>
    [Id(12)] public long OutputLines { get; init; }

    /// <summary>Size of its output.</summary>
    [Id(13)] public long OutputBytes { get; init; }

    /// <summary>Lines of it that were left out of the silo's log, because they were too many.</summary>
    [Id(14)] public long OutputDropped { get; init; }

    /// <summary>The latest process that was started in its slot has not become ready; <see cref="LastFailure"/> says why.</summary>
    [Id(15)] public bool StartFailed { get; init; }
}
