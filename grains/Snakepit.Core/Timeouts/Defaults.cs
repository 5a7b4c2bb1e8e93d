using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.Core.Timeouts;

/// <summary>
/// The time-outs that hold where nothing else is written, and how they follow from a budget; the functions of the Elixir system's
/// <c>Snakepit.Defaults</c> and <c>Snakepit.Pool</c>. What one pool of a silo has is in <see cref="Of"/>. Pure.
/// </summary>
public static class Defaults
{
    /// <summary>The profile of a silo that names none.</summary>
    public const TimeoutProfile Profile = TimeoutProfile.Balanced;

    /// <summary>All profiles with their values.</summary>
    public static IReadOnlyDictionary<TimeoutProfile, ProfileValues> Profiles => TimeoutProfiles.All;

    /// <summary>Kept back of a budget for the way to the worker and back: 1 s.</summary>
    public static TimeSpan WorkerCallMargin => CallBudget.Default.WorkerCallMargin;

    /// <summary>Kept back of a budget for the shard's reply: 200 ms.</summary>
    public static TimeSpan PoolReplyMargin => CallBudget.Default.PoolReplyMargin;

    /// <summary>Budget of a call that brings none.</summary>
    public static TimeSpan RequestTimeout(TimeoutProfile profile = Profile) => profile.Values().DefaultTimeout;

    /// <summary>Budget of a stream that brings none; infinite with the profile Batch.</summary>
    public static TimeSpan StreamTimeout(TimeoutProfile profile = Profile) => profile.Values().StreamTimeout;

    /// <summary>Longest wait in the queue.</summary>
    public static TimeSpan QueueTimeout(TimeoutProfile profile = Profile) => profile.Values().QueueTimeout;

    /// <summary>
    /// Time for Python of a budget with the default margins: 60 s leave 58.8 s. Margins shrink with budgets under 6 s; never below 1 ms.
    /// </summary>
    public static TimeSpan RpcTimeout(TimeSpan budget) => CallBudget.Default.Rpc(budget);

    /// <summary>How long a call may wait for a worker: the pool's limit or what is left of its budget, whichever is less.</summary>
    /// <param name="queueTimeout">The pool's limit.</param>
    /// <param name="left">What is left of the budget.</param>
    public static TimeSpan EffectiveQueueTimeout(TimeSpan queueTimeout, TimeSpan left) =>
        CallBudget.EffectiveQueueTimeout(queueTimeout, left);

    /// <summary>Every time-out of a pool with where it comes from, and its own margins.</summary>
    /// <param name="options">The silo's options.</param>
    /// <param name="pool">Name of one of its pools.</param>
    /// <exception cref="ArgumentException">The silo has no such pool.</exception>
    public static TimeoutPlan Of(SnakepitOptions options, string pool)
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = options.Pools.FirstOrDefault(candidate => candidate.Name == pool);
        if (found is not null)
            return options.Plan(found);
        string[] names = [.. options.Pools.Select(known => known.Name)];
        throw new ArgumentException(
            $"There is no pool '{pool}'.{Spelling.Hint(pool, names)} Known pools: {string.Join(", ", names)}.", nameof(pool));
    }
}
