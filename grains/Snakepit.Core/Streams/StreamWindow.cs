namespace Snakepit.Core.Streams;

/// <summary>
/// How far a worker may be ahead of its reader: <see cref="MostChunks"/>, and <see cref="MostBytes"/> and one item more, whatever
/// sizes follow each other. Pure; for one taker. Credit for chunks follows the usual size and cannot be taken back, so the bytes are
/// the worker's to watch: it sends while fewer than <see cref="MostBytes"/> are under way, and is told what was taken. Both are told in
/// halves, which costs little and lets the producer go on before it has to pause. As what was taken and not told is always less than
/// <see cref="MostBytes"/>, a worker whose items have all been taken may send.
/// </summary>
public sealed class StreamWindow
{
    /// <summary>Before the size of the items is known.</summary>
    public const int First = 8;

    public const int MostChunks = 256;

    public const long MostBytes = 4 * 1024 * 1024;

    private long _usualBytes;
    private long _takenBytes;
    private long _toldBytes;

    /// <summary>Chunks that may come, or have come and have not been taken.</summary>
    public int Open { get; private set; } = First;

    /// <summary>One chunk of that size was taken. Returns what the worker has to hear now; null for nothing yet.</summary>
    public StreamCredit? Taken(long bytes)
    {
        Open--;
        _takenBytes += bytes;
        // Follows larger items at once and smaller ones slowly: what comes next may be large again.
        _usualBytes = Math.Max(bytes, _usualBytes - (_usualBytes >> 3));
        var room = (int)Math.Clamp(MostBytes / Math.Max(1, _usualBytes), 1, MostChunks);
        var granted = Open > room / 2 ? 0 : room - Open;
        if (granted == 0 && _takenBytes - _toldBytes < MostBytes / 2)
            return null;
        Open += granted;
        _toldBytes = _takenBytes;
        return new StreamCredit(granted, _takenBytes);
    }
}
