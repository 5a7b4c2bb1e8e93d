namespace Snakepit.Core.Lifecycle;

/// <summary>
/// Spreads worker starts, so that a big pool does not storm its host: within any delay at most one batch. The delay is
/// measured from each start, because windows that follow one another let two batches meet at their border.
/// </summary>
internal sealed class StartPlan(int batchSize, TimeSpan batchDelay)
{
    private readonly Queue<TimeSpan> _latest = new(batchSize);

    public bool TryStart(TimeSpan now)
    {
        if (_latest.Count == batchSize)
        {
            if (now - _latest.Peek() < batchDelay)
                return false;
            _latest.Dequeue();
        }

        _latest.Enqueue(now);
        return true;
    }
}
