namespace Snakepit.Core.Processes;

/// <summary>
/// How much of a worker's output goes to the log: a bucket of lines that refills steadily. A long line may empty it and
/// more; then the next ones wait until that is paid back. One owner.
/// </summary>
public sealed class OutputAllowance(OutputLimits limits)
{
    private const int BytesPerLine = 1024;

    private double _lines = limits.BurstLines;
    private TimeSpan _filled = TimeSpan.MinValue;

    public bool TryPass(int bytes, TimeSpan now)
    {
        if (_filled != TimeSpan.MinValue && now > _filled)
            _lines = Math.Min(limits.BurstLines, _lines + ((now - _filled).TotalSeconds * limits.LinesPerSecond));
        _filled = now;
        if (_lines < 1)
            return false;
        _lines -= 1 + (bytes / BytesPerLine);
        return true;
    }
}

/// <summary>How much of a worker's output goes to the log.</summary>
/// <param name="LinesPerSecond">Lines per second in the long run.</param>
/// <param name="BurstLines">Lines at once after the worker has been quiet.</param>
public readonly record struct OutputLimits(int LinesPerSecond, int BurstLines)
{
    public static OutputLimits Default { get; } = new(LinesPerSecond: 1000, BurstLines: 2000);
}
