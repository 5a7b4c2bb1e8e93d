namespace Snakepit.Core.Lifecycle;

/// <summary>
/// Which of the kernel's kills for lack of memory has found its worker: each explains one end, and none that was before the
/// worker began. Without this the kill of one worker would for days explain the ends of those that were there too.
/// Not thread-safe.
/// </summary>
public sealed class KillLedger
{
    private long _explained;

    /// <summary>Takes one kill to explain the end of a worker. False when there is none left for it.</summary>
    /// <param name="atStart">The group's count when the worker began.</param>
    /// <param name="now">The group's count at its end.</param>
    public bool TryTake(long atStart, long now)
    {
        var before = Math.Max(atStart, _explained);
        if (now <= before)
            return false;
        _explained = before + 1;
        return true;
    }
}
