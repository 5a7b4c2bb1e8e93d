namespace Snakepit.Core.Streams;

/// <summary>
/// How many chunks a worker may send ahead of its reader. Pure. Counted in chunks, as the wire does, but bounded in bytes: the
/// window of a stream with large items is small. Credit is granted in halves, so that it costs little and the producer never pauses for it.
/// </summary>
public sealed class StreamWindow
{
    /// <summary>Before the size of the items is known.</summary>
    public const int First = 8;

    public const int MostChunks = 256;

    public const long MostBytes = 4 * 1024 * 1024;

    private long _usualBytes;

    /// <summary>Chunks that may come, or have come and have not been taken.</summary>
    public int Open { get; private set; } = First;

    /// <summary>One chunk of that size was taken. Returns how many more may be sent now; 0 for none yet.</summary>
    public int Taken(long bytes)
    {
        Open--;
        // Follows larger items at once and smaller ones slowly: what comes next may be large again.
        _usualBytes = Math.Max(bytes, _usualBytes - (_usualBytes >> 3));
        var room = (int)Math.Clamp(MostBytes / Math.Max(1, _usualBytes), 1, MostChunks);
        if (Open > room / 2)
            return 0;
        var granted = room - Open;
        Open = room;
        return granted;
    }
}
