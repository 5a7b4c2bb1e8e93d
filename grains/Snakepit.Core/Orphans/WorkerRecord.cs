namespace Snakepit.Core.Orphans;

/// <summary>What is written down of a worker while it lives, so that a later run knows it again.</summary>
public sealed record WorkerRecord
{
    public required string RunId { get; init; }

    public required string Worker { get; init; }

    public required int Pid { get; init; }

    /// <inheritdoc cref="ProcessId.Started"/>
    public required long Started { get; init; }

    /// <summary>Process group of the worker and of all it starts.</summary>
    public required int Group { get; init; }

    public required int SiloPid { get; init; }

    public required long SiloStarted { get; init; }

    /// <summary>Changes when the host restarts.</summary>
    public required string BootId { get; init; }

    /// <summary>The container, as far as process numbers are concerned.</summary>
    public required string PidNamespace { get; init; }

    /// <summary>Null when the record can be true, otherwise what is wrong with it.</summary>
    public string? Flaw() => this switch
    {
        { RunId: null or "" } => "it names no run",
        { BootId: null or "" } or { PidNamespace: null or "" } => "it names no host",
        { Pid: <= 1 } or { Group: <= 1 } => "it names no process",
        { Started: <= 0 } => "it names no start time",
        _ => null,
    };
}
