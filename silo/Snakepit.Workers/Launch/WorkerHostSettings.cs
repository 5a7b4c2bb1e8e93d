using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Launch;

/// <summary>Where the host finds what it needs.</summary>
public sealed record WorkerHostSettings
{
    public required RunIdentity Run { get; init; }

    /// <summary>Interpreter of pools that name none; null to search.</summary>
    public string? PythonExecutable { get; init; }

    /// <summary>What the work streams of the workers travel by.</summary>
    public LinkCarrier LinkCarrier { get; init; }

    /// <summary>Where the package <c>snakepit_bridge</c> is beside this program.</summary>
    public static string OwnBridgeFolder => Path.Combine(AppContext.BaseDirectory, "python");

    /// <summary>Folder that holds the package <c>snakepit_bridge</c>.</summary>
    public string BridgeFolder { get; init; } = OwnBridgeFolder;

    /// <summary>Added to this process' own oom_score_adj in workers and what they start; Linux only.</summary>
    public int OomScoreAdj { get; init; }

    /// <summary>Folder for the records of living workers; null to keep none.</summary>
    public string? RecordFolder { get; init; }

    /// <summary>How much of the workers' output goes to the log.</summary>
    public OutputLimits Output { get; init; } = OutputLimits.Default;

    /// <summary>From asking workers to leave until they are killed.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(6);
}
