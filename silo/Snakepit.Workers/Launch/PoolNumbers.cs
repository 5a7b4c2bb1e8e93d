using System.Collections.Concurrent;

namespace Snakepit.Workers.Launch;

/// <summary>Short stand-ins for pools in the names of sockets, which have little room. Thread-safe.</summary>
internal sealed class PoolNumbers
{
    private readonly ConcurrentDictionary<string, int> _numbers = new();
    private int _latest = -1;

    /// <summary>The pool's number, which no other pool has. Some numbers may belong to no pool.</summary>
    public int Of(string pool) => _numbers.GetOrAdd(pool, _ => Interlocked.Increment(ref _latest));
}
