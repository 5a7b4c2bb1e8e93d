using Snakepit.Core.Timeouts;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// Calls that their clients have taken back before they came to the shard: their gateway went away with them. A request that was only late
/// must not run then, because its client has it run elsewhere. Pure: time comes from outside. Not thread-safe.
/// </summary>
public sealed class WithdrawnCalls
{
    /// <summary>How many are known at a time.</summary>
    public const int Most = 10_000;

    /// <summary>A call with a longer budget is forgotten after this time; no connection holds a request back for so long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly HashSet<Guid> _calls = [];
    private readonly PriorityQueue<Guid, TimeSpan> _ends = new();

    /// <summary>Withdraws a call; false when there is no room for one more.</summary>
    /// <param name="call">The name that its client gave it.</param>
    /// <param name="budget">What is left of its budget. Its request is dropped on its way when it is later.</param>
    /// <param name="now">The present moment.</param>
    public bool TryAdd(Guid call, TimeSpan budget, TimeSpan now)
    {
        if (_calls.Contains(call))
            return true;
        if (_calls.Count >= Most)
            return false;
        _calls.Add(call);
        _ends.Enqueue(call, now + (budget == CallBudget.Infinite || budget > Longest ? Longest : budget));
        return true;
    }

    /// <summary>The client has taken it back.</summary>
    public bool Has(Guid call) => _calls.Contains(call);

    /// <summary>Forgets calls whose time is over.</summary>
    public void Tick(TimeSpan now)
    {
        while (_ends.TryPeek(out var call, out var end) && end <= now)
        {
            _ends.Dequeue();
            _calls.Remove(call);
        }
    }
}
