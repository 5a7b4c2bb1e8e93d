namespace Snakepit.Core.Timeouts;

/// <summary>
/// What each layer gets of a caller's budget. Inner limits end before outer ones, so that a caller always gets a
/// structured error from the layer that knows most.
/// </summary>
/// <param name="WorkerCallMargin">Kept back for the way to the worker and back.</param>
/// <param name="PoolReplyMargin">Kept back for the shard's own reply.</param>
public readonly record struct CallBudget(TimeSpan WorkerCallMargin, TimeSpan PoolReplyMargin)
{
    /// <summary>The share of a small budget that margins may take at most: 1.2 s of 6 s with the default margins.</summary>
    private const int MarginsPerBudget = 5;

    public static readonly TimeSpan Infinite = Timeout.InfiniteTimeSpan;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    public static CallBudget Default { get; } = new(TimeSpan.FromMilliseconds(1000), TimeSpan.FromMilliseconds(200));

    /// <summary>
    /// Time for Python: <c>total − worker call margin − pool reply margin</c>; 60 s leave 58.8 s. Of a budget under five
    /// times the margins (6 s by default) the margins take a fifth, so that small budgets stay usable. Never under 1 ms;
    /// infinite stays infinite.
    /// </summary>
    public TimeSpan Rpc(TimeSpan total) => Less(total, WorkerCallMargin + PoolReplyMargin);

    /// <summary>
    /// Time for the way to the worker and back: <c>total − worker call margin</c>; 60 s leave 59 s. The margin shrinks with
    /// small budgets as in <see cref="Rpc"/>, so Python's time always ends first.
    /// </summary>
    public TimeSpan WorkerCall(TimeSpan total) => Less(total, WorkerCallMargin);

    /// <summary>The budget whose Python time is <paramref name="rpc"/>: the inverse of <see cref="Rpc"/>.</summary>
    public TimeSpan TotalFor(TimeSpan rpc)
    {
        if (rpc == Infinite || rpc > TimeSpan.MaxValue / MarginsPerBudget)
            return Infinite;
        var margins = WorkerCallMargin + PoolReplyMargin;
        return rpc + margins >= margins * MarginsPerBudget ? rpc + margins : rpc * MarginsPerBudget / (MarginsPerBudget - 1);
    }

    /// <summary>
    /// The moment at which a limit that begins now ends; <see cref="TimeSpan.MaxValue"/> for none, and for one that ends beyond what
    /// a <see cref="TimeSpan"/> can hold.
    /// </summary>
    public static TimeSpan Until(TimeSpan now, TimeSpan limit) =>
        limit == Infinite || limit > TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + limit;

    private TimeSpan Less(TimeSpan total, TimeSpan margin)
    {
        if (total == Infinite)
            return Infinite;
        var margins = WorkerCallMargin + PoolReplyMargin;
        // Of a small budget all margins together take a fifth, each its share of it.
        if (total < margins * MarginsPerBudget)
            margin = total * (margin / margins) / MarginsPerBudget;
        var left = total - margin;
        return left < Least ? Least : left;
    }

    /// <summary>How long a call may wait for a worker: the pool's limit or what is left of the budget, whichever is less.</summary>
    public static TimeSpan EffectiveQueueTimeout(TimeSpan configured, TimeSpan remaining)
    {
        if (configured == Infinite)
            return remaining;
        if (remaining == Infinite)
            return configured;
        return remaining < configured ? remaining : configured;
    }
}
