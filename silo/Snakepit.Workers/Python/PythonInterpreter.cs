namespace Snakepit.Workers.Python;

/// <summary>A Python that was asked what it can do.</summary>
public sealed record PythonInterpreter
{
    /// <summary>Oldest version the worker package runs on.</summary>
    public static readonly Version Oldest = new(3, 10);

    /// <summary>What is started: the path as it was given or found, which may be a wrapper (ulimit, nice, numactl) or a shim.</summary>
    public required string Path { get; init; }

    /// <summary>What that turns into, as Python says it.</summary>
    public required string Executable { get; init; }

    public required Version Version { get; init; }

    /// <summary>Packages the worker needs and this interpreter lacks.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public bool TooOld => Version < Oldest;

    public bool Suitable => !TooOld && Missing.Count == 0;

    /// <summary>Why it cannot run workers, or null when it can.</summary>
    public string? Problem =>
        TooOld ? $"Python {Version} at '{Executable}' is too old: {Oldest} or newer is needed"
        : Missing.Count > 0 ? $"Python {Version} at '{Executable}' lacks {string.Join(" and ", Missing)}"
        : null;
}
