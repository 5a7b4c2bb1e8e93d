namespace Snakepit.Client;

/// <summary>How many calls of one tool are made. Immutable.</summary>
public sealed record ManyCallsOptions
{
    /// <summary>
    /// Calls that are on their way at the same time; 8 by default. More than the pool's workers take at once wait in its queue, each within
    /// its own budget.
    /// </summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Pool, budget and more of each call; null for the client's defaults.</summary>
    public ToolCallOptions? Call { get; init; }

    /// <summary>
    /// Gets a report after each call. The thread of that call makes the report and waits for it; two reports never overlap. An exception
    /// that it throws ends all calls. Null: no reports are made.
    /// </summary>
    public IProgress<ManyCallsProgress>? Progress { get; init; }
}

/// <summary>How far many calls are.</summary>
/// <param name="Done">Calls that have ended, failed ones included.</param>
/// <param name="Failed">Of these: calls that have failed.</param>
/// <param name="Total">All calls; null while the sequence of their arguments cannot tell.</param>
public readonly record struct ManyCallsProgress(int Done, int Failed, int? Total);
