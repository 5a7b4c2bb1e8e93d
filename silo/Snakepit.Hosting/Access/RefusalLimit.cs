using System.Threading.RateLimiting;

namespace Snakepit.Hosting.Access;

/// <summary>
/// Limits how many refused attempts a log gets, so that a caller cannot fill the disk: 100 at once, then 1 a second. Thread-safe.
/// </summary>
internal sealed class RefusalLimit
{
    private const int AtOnce = 100, PerSecond = 1;

    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = AtOnce,
        TokensPerPeriod = PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
    });

    private long _skipped;

    /// <summary>Whether this attempt may be written, and how many since the last one that was written were not.</summary>
    public bool MayWrite(out long skipped)
    {
        skipped = 0;
        _limiter.TryReplenish();
        using var lease = _limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            Interlocked.Increment(ref _skipped);
            return false;
        }

        skipped = Interlocked.Exchange(ref _skipped, 0);
        return true;
    }
}
