namespace Snakepit.Core.Lifecycle;

/// <summary>How long a slot waits before its next process.</summary>
public static class RestartBackoff
{
    /// <summary>
    /// <c>first × 2^(failures-1)</c>, at most <paramref name="limit"/>, times 0.8 to 1.2 so that slots do not retry in step.
    /// </summary>
    /// <param name="failures">Failures in a row; 0 means no wait.</param>
    /// <param name="first">Pause after the first failure.</param>
    /// <param name="limit">Longest pause, before jitter.</param>
    /// <param name="jitter">Evenly distributed in [0, 1).</param>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan limit, double jitter)
    {
        if (failures <= 0)
            return TimeSpan.Zero;
        var doublings = Math.Min(failures - 1, 30);
        var delay = Math.Min(first.Ticks * Math.Pow(2, doublings), limit.Ticks);
        return TimeSpan.FromTicks((long)(delay * (0.8 + (0.4 * jitter))));
    }
}
