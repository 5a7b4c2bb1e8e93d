namespace Snakepit.Core.Lifecycle;

/// <summary>
/// Counts the kernel's kills for lack of memory that have already been attributed to a worker, so that one kill explains one exit, and no
/// exit is explained by a kill from before the worker's start. Without this, one kill would explain the exits of all workers that ran at
/// its time, for days. Not thread-safe.
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
