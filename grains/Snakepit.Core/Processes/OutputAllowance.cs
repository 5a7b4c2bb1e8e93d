using Snakepit.Core.Options;

namespace Snakepit.Core.Processes;

/// <summary>
/// How much of a worker's output goes to the log: a bucket of lines that refills steadily. A long line may empty it and
/// more; then the next ones wait until that is paid back. One owner.
/// </summary>
public sealed class OutputAllowance(WorkerOutputOptions options)
{
    private const int BytesPerLine = 1024;

    private double _lines = options.BurstLines;
    private TimeSpan _filled = TimeSpan.MinValue;

    public bool TryPass(int bytes, TimeSpan now)
    {
        if (_filled != TimeSpan.MinValue && now > _filled)
            _lines = Math.Min(options.BurstLines, _lines + ((now - _filled).TotalSeconds * options.LinesPerSecond));
        _filled = now;
        if (_lines < 1)
            return false;
        _lines -= 1 + (bytes / BytesPerLine);
        return true;
    }
}
