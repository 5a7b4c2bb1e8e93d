namespace Snakepit.Core.Scaling;

/// <summary>What the tools of a pool mostly do. It may stand in place of a pool's size.</summary>
public enum Workload
{
    /// <summary>They compute: more workers than processors only take turns.</summary>
    Cpu,

    /// <summary>They wait for files, networks and devices.</summary>
    Io,

    /// <summary>They do both.</summary>
    Mixed,
}

/// <summary>The production guide's table of pool sizes.</summary>
public static class WorkloadSize
{
    private const int FewestWorkers = 1, MostWorkers = 1000;

    /// <summary>Workers for each processor, from and to.</summary>
    public static (int From, int To) PerProcessor(Workload workload) => workload switch
    {
        Workload.Cpu => (1, 2),
        Workload.Io => (4, 8),
        Workload.Mixed => (2, 4),
        _ => throw new ArgumentOutOfRangeException(nameof(workload), workload, "Unknown workload."),
    };

    /// <summary>
    /// The size that the word means: the lower end of the guide's range. Workers cost memory, and a queue shows when there are too few.
    /// </summary>
    /// <param name="workload">What the tools do.</param>
    /// <param name="processors">Processors that the silo may use.</param>
    public static int Workers(Workload workload, int processors) =>
        Math.Clamp(PerProcessor(workload).From * processors, FewestWorkers, MostWorkers);

    /// <summary>The workload of that name, in any letter case; null when there is none.</summary>
    public static Workload? Parse(string text) =>
        Array.Find(Enum.GetNames<Workload>(), name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<Workload>(name)
            : null;

    /// <summary>The names, as they are written in a configuration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<Workload>().Select(name => name.ToLowerInvariant())];
}
