using Snakepit.Core.Processes;

namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:WorkerOutput</c>.</summary>
public sealed record WorkerOutputOptions
{
    [Option(
        "Lines that each worker may write to the silo's log, per second and in the long run; every further KiB of a line counts as another "
        + "line. What is above is counted and left out.",
        Min = 1, Max = 1_000_000)]
    public int LinesPerSecond { get; set; } = OutputLimits.Default.LinesPerSecond;

    [Option("Lines that each worker may write at once after it has been quiet.", Min = 1, Max = 1_000_000)]
    public int BurstLines { get; set; } = OutputLimits.Default.BurstLines;

    /// <summary>The limits as one value.</summary>
    public OutputLimits Limits => new(LinesPerSecond, BurstLines);
}
