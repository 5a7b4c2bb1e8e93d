using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>A way for calls into the cluster.</summary>
internal interface ICallWay
{
    /// <summary>As reports name it.</summary>
    string Name { get; }

    /// <summary>Calls, and says how it ended. Ends when <paramref name="cancellationToken"/> does, with a cancellation.</summary>
    Task<CallAnswer> CallAsync(ChaosCall call, Random random, CancellationToken cancellationToken);
}
