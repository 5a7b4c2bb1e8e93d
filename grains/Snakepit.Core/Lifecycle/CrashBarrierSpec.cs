using Snakepit.Pools;

namespace Snakepit.Core.Lifecycle;

/// <summary>What a pool does about crashes.</summary>
public sealed record CrashBarrierSpec
{
    /// <summary>For the clients, which alone retry.</summary>
    public required RetryPolicy Retry { get; init; }

    public required TimeSpan Taint { get; init; }

    public required BreakerSpec Breaker { get; init; }
}
