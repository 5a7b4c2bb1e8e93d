using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>One try of a call or stream.</summary>
/// <param name="Target">The shard that it goes to.</param>
/// <param name="View">The view that lists the shard.</param>
/// <param name="Request">What is sent.</param>
/// <param name="Progress">Gets the tool's progress; null when the caller has not asked for it.</param>
internal readonly record struct Attempt(
    ShardView Target, PoolView View, ToolRequest Request, IProgress<ToolProgress>? Progress = null);

/// <summary>How one try is made: as a call or as a stream. Thread-safe.</summary>
/// <typeparam name="TAnswer">What a try ends with.</typeparam>
internal interface IShardCall<TAnswer>
{
    /// <summary>Makes the try. Failures are part of the answer.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<TAnswer> SendAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Why the try failed; null when it succeeded, or has gone too far for another one.</summary>
    Failure? FailureOf(TAnswer answer);
}
