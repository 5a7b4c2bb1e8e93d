namespace Snakepit.Core.Orphans;

/// <summary>What the host says of one living process.</summary>
public sealed record ProcessFacts
{
    public required ProcessId Id { get; init; }

    public required int Parent { get; init; }

    public required int Group { get; init; }

    public required uint User { get; init; }

    /// <summary>Does nothing, not even end, until it is continued or killed.</summary>
    public bool Stopped { get; init; }

    /// <summary>Null when it carries none, or none that can be read.</summary>
    public Marks? Marks { get; init; }

    public int Pid => Id.Pid;
}

/// <summary>What workers and all they start carry in their environment.</summary>
/// <param name="InstanceName">Of the silo that started them.</param>
/// <param name="InstanceToken">Of the same.</param>
/// <param name="RunId">Its life.</param>
/// <param name="Silo">Its process.</param>
/// <param name="PidNamespace">Where the process with these marks lives.</param>
public sealed record Marks(string InstanceName, string InstanceToken, string RunId, ProcessId Silo, string PidNamespace);

/// <summary>This host, this boot, this process and its user.</summary>
public sealed record HostFacts
{
    public required string BootId { get; init; }

    public required string PidNamespace { get; init; }

    public required int Self { get; init; }

    public required uint User { get; init; }
}
