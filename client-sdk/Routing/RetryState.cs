using Snakepit.Errors;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// One call or stream over all its tries: how many there were, what is left of its budget, which shards have failed it. Pure;
/// moments are the time since the call began.
/// </summary>
/// <param name="tool">Name of the tool.</param>
/// <param name="what">What is called, as errors name it.</param>
/// <param name="ownBudget">The caller's budget; null for the pool's, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="session">The call's session, or null.</param>
/// <param name="idempotent">The caller says that running it twice does no harm.</param>
/// <param name="maxAttempts">Tries altogether.</param>
internal sealed class RetryState(string tool, string what, TimeSpan? ownBudget, string? session, bool idempotent, int maxAttempts)
{
    /// <summary>The framework's timers go up to 49 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(48);

    private static readonly HashSet<ShardId> Nothing = [];

    /// <summary>
    /// How often a call may be sent from a queue to a shard that has room. Each time costs it a hop and its place in the queue; more often
    /// it would follow old news.
    /// </summary>
    private const int MostMoves = 3;

    private HashSet<ShardId>? _avoid;
    private HashSet<ShardId>? _full;
    private int _uncounted;
    private int _moves;
    private int _lost;
    private TimeSpan _total = Timeout.InfiniteTimeSpan;
    private int _crashes;
    private bool _mayHaveRun;

    /// <summary>Number of the present try, from 1; 0 before the first.</summary>
    public int Attempt { get; private set; }

    /// <summary>Shards that have failed this call.</summary>
    public IReadOnlySet<ShardId> Avoid => _avoid ?? Nothing;

    /// <summary>Shards that had no free worker for this call.</summary>
    public IReadOnlySet<ShardId> Full => _full ?? Nothing;

    /// <summary>Silo that has set a place aside for this call; null for none.</summary>
    public string? Reserved { get; private set; }

    /// <summary>A try has failed in a way that says that the known view is wrong.</summary>
    public bool NeedsNewView { get; private set; }

    /// <summary>
    /// Whether a shard may send it back from its queue when another one has room. A session's calls stay where the session is.
    /// </summary>
    public bool MayMove => session is null && _moves < MostMoves;

    /// <summary>What is left of a budget as a limit that a timer can keep.</summary>
    public static TimeSpan Limit(TimeSpan left) => left > LongestTimer ? Timeout.InfiniteTimeSpan : left;

    /// <summary>What is left of a budget; zero for nothing, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public static TimeSpan Left(TimeSpan budget, TimeSpan elapsed)
    {
        if (budget == Timeout.InfiniteTimeSpan)
            return budget;
        return budget > elapsed ? budget - elapsed : TimeSpan.Zero;
    }

    /// <summary>Begins a try and returns the budget left for it; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    /// <param name="poolsBudget">What calls get that bring no budget.</param>
    /// <param name="elapsed">Time since the call began.</param>
    /// <exception cref="SnakepitException">Nothing is left. Says of this try that it did not start.</exception>
    public TimeSpan Begin(TimeSpan poolsBudget, TimeSpan elapsed)
    {
        Attempt++;
        _total = ownBudget ?? poolsBudget;
        if (_total == Timeout.InfiniteTimeSpan)
            return _total;
        return _total > elapsed
            ? _total - elapsed
            : throw new SnakepitException(
                SnakepitErrorCode.DeadlineExceeded,
                $"The budget of {_total.TotalSeconds:0.###} s for {what} was spent before a worker could start it.");
    }

    /// <summary>
    /// What the outcome of the last try says about the whole call: when an earlier try may have run, the call may have run.
    /// </summary>
    public Outcome Whole(Outcome last) => _mayHaveRun && last == Outcome.NotStarted ? Outcome.MaybeRan : last;

    /// <summary>Whether <c>MaxAttempts</c> allows another try after the present one.</summary>
    public bool MayFollow => Attempt - _uncounted < maxAttempts;

    /// <summary>Whether a view lists a shard that has not failed this call, beside one that just did.</summary>
    public bool KnowsAnother(PoolView view, ShardId failed) =>
        Array.Exists(view.Shards, other => other.Shard != failed && !Avoid.Contains(other.Shard));

    /// <summary>A try has failed. Returns the pause before the next one; null when the failure stands.</summary>
    /// <param name="failure">How it ended.</param>
    /// <param name="shard">Where.</param>
    /// <param name="view">The pool as it is known.</param>
    /// <param name="elapsed">Time since the call began.</param>
    public TimeSpan? Failed(Failure failure, ShardId shard, PoolView view, TimeSpan elapsed)
    {
        if (failure.Code is SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved)
        {
            Bounced(failure, shard);
            return TimeSpan.Zero;
        }

        var lost = maxAttempts > 1 && RetryRule.IsLostOnItsWay(failure) ? ++_lost : 0;
        if (lost is > 0 and <= RetryRule.MostLost)
            _uncounted++;
        _mayHaveRun |= failure.Outcome != Outcome.NotStarted;
        NeedsNewView = true;
        if (RetryRule.AvoidsShard(failure, session))
            (_avoid ??= []).Add(shard);
        if (failure is { Code: SnakepitErrorCode.WorkerExited, Outcome: not Outcome.NotStarted })
            _crashes++;
        var elsewhere = KnowsAnother(view, shard);
        var mayRunTwice = idempotent || view.Terms.IdempotentTools.Contains(tool);
        if (!MayFollow || !RetryRule.Allows(failure, view.Terms.Retry, mayRunTwice, _crashes, elsewhere))
            return null;
        var pause = RetryRule.Pause(view.Terms.Retry, _crashes, lost);
        return _total == Timeout.InfiniteTimeSpan || elapsed + pause < _total ? pause : null;
    }

    /// <summary>A shard has sent the call on because another shard has room. This does not count as a failed try.</summary>
    private void Bounced(Failure failure, ShardId shard)
    {
        _uncounted++;
        NeedsNewView = false;
        Reserved = null;
        if (failure.Code == SnakepitErrorCode.ShardBusy)
        {
            (_full ??= []).Add(shard);
            return;
        }

        _moves++;
        _full = [shard]; // what was full when it came may have room now
        Reserved = failure.Details.GetValueOrDefault(Failure.SiloDetail);
    }
}
