using System.Threading.RateLimiting;
using Snakepit.Core.Access;

namespace Snakepit.AspNetCore.Auth;

/// <summary>
/// Counts the requests of keys that have a rate. A key whose rate stays the same keeps its count when the file of keys is read again.
/// Thread-safe.
/// </summary>
internal sealed class KeyLimits : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lazy<PartitionedRateLimiter<ApiKey>> _limiter = // it has a timer, for which a door without rates has no use
        new(static () => PartitionedRateLimiter.Create<ApiKey, (string Name, RateSpec Rate)>(Partition));

    /// <summary>Counts a request. How long to wait when it is one too many, else null.</summary>
    public TimeSpan? Excess(ApiKey key)
    {
        if (key.Rate is null)
            return null;
        using var lease = _limiter.Value.AttemptAcquire(key);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Second;
    }

    public void Dispose()
    {
        if (_limiter.IsValueCreated)
            _limiter.Value.Dispose();
    }

    private static RateLimitPartition<(string Name, RateSpec Rate)> Partition(ApiKey key) =>
        RateLimitPartition.GetTokenBucketLimiter<(string Name, RateSpec Rate)>(
            (key.Caller.Name, key.Rate!.Value), static id => new TokenBucketRateLimiterOptions
            {
                TokenLimit = id.Rate.Burst,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = Second / id.Rate.RequestsPerSecond,
            });
}
