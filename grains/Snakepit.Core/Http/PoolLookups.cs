using Snakepit.Errors;

namespace Snakepit.Core.Http;

/// <summary>What becomes of a request for a pool that this silo has not got itself.</summary>
public enum Lookup
{
    /// <summary>The cluster is asked.</summary>
    Ask,

    /// <summary>The cluster has just said that it has no such pool.</summary>
    Missing,

    /// <summary>Too many names have been asked for in a short time.</summary>
    TooMany,
}

/// <summary>
/// Keeps strangers from making the cluster look for pools that do not exist: each question starts a grain and asks every silo, so
/// 100,000 names cost seconds of work and megabytes of log. A name that was missing is not asked for again for a while, and of new
/// names only so many a second. Names that were found once are free. Bounded in memory; one owner.
/// </summary>
/// <param name="memory">How long a missing name is remembered; a pool may come with the next silo.</param>
/// <param name="questionsPerSecond">New names asked for, in the long run and at once.</param>
/// <param name="mostNames">Names remembered of each kind.</param>
public sealed class PoolLookups(TimeSpan memory, int questionsPerSecond, int mostNames)
{
    private readonly Dictionary<string, (TimeSpan Until, Failure Failure)> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private double _questions = questionsPerSecond;
    private TimeSpan _at;

    public Lookup Look(string pool, TimeSpan now, out Failure? failure)
    {
        failure = null;
        if (_missing.TryGetValue(pool, out var entry))
        {
            if (now < entry.Until)
            {
                failure = entry.Failure;
                return Lookup.Missing;
            }

            _missing.Remove(pool);
        }

        if (_found.Contains(pool))
            return Lookup.Ask;
        _questions = Math.Min(questionsPerSecond, _questions + ((now - _at).TotalSeconds * questionsPerSecond));
        _at = now;
        if (_questions < 1)
            return Lookup.TooMany;
        _questions--;
        return Lookup.Ask;
    }

    public void Found(string pool)
    {
        if (_found.Count >= mostNames)
            _found.Clear();
        _found.Add(pool);
    }

    public void Missing(string pool, Failure failure, TimeSpan now)
    {
        _found.Remove(pool);
        if (_missing.Count >= mostNames)
            _missing.Clear();
        _missing[pool] = (now + memory, failure);
    }
}
