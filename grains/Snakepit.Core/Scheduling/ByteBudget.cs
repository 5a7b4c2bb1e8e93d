namespace Snakepit.Core.Scheduling;

/// <summary>
/// The bytes of requests and results that a silo may hold at one time. What finds no room is refused at once: a queue of bytes would be
/// memory too. Thread-safe.
/// </summary>
/// <param name="limit">Most bytes at one time.</param>
public sealed class ByteBudget(long limit)
{
    private long _held;

    public long Limit => limit;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes bytes into account; false, and nothing is taken, when there is no room for them.</summary>
    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit)
            return true;
        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);

    /// <summary>Begins a share that grows, for bytes that come one after the other.</summary>
    public ByteShare Begin() => new(this);
}

/// <summary>What one request has of a <see cref="ByteBudget"/>; given back at disposal. One thread at a time.</summary>
public sealed class ByteShare(ByteBudget budget) : IDisposable
{
    private long _held;

    /// <summary>Makes the share at least this large; false, and it stays as it is, when there is no room.</summary>
    public bool TryGrow(long bytes)
    {
        var more = bytes - _held;
        if (more <= 0)
            return true;
        if (!budget.TryHold(more))
            return false;
        _held = bytes;
        return true;
    }

    /// <summary>Makes the share larger by this much; false, and it stays as it is, when there is no room.</summary>
    public bool TryAdd(long bytes) => TryGrow(_held + bytes);

    public void Dispose()
    {
        budget.Release(_held);
        _held = 0;
    }
}
