namespace Snakepit.Core.Streams;

/// <summary>How a question for further items fits what was handed out before.</summary>
public enum StreamQuestion
{
    /// <summary>The reader has everything so far: the next items are for it.</summary>
    Next,

    /// <summary>The latest answer got lost: the same again.</summary>
    Again,

    /// <summary>The reader has more or less than it can have.</summary>
    Wrong,
}

/// <summary>
/// One reader of one stream: what it has, whether it waits, when it was here. Pure; moments are offsets on one monotonic clock.
/// </summary>
/// <param name="patience">How long the reader may stay away; <see cref="TimeSpan.MaxValue"/> for ever.</param>
/// <param name="now">The present moment.</param>
public sealed class StreamPace(TimeSpan patience, TimeSpan now)
{
    /// <summary>Answers at the latest. Far below the framework's response time-out, so a producer that pauses is no error.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How long a reader has to show itself when a client has lost its connection, and it may have been that one.</summary>
    public static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(750);

    /// <summary>
    /// How long a stream that was given up, or has told its end, can still say so. Longer than a client asks for a lost answer.
    /// </summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(3);

    /// <summary>Items in one answer, and their size unless a single one is larger.</summary>
    public const int BatchItems = 512;

    public const long BatchBytes = 1024 * 1024;

    private TimeSpan _seen = now;
    private bool _waiting;
    private bool _probed;
    private TimeSpan? _ended;

    /// <summary>How long the reader may stay away; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    public TimeSpan Patience => patience;

    /// <summary>Items handed out, the latest answer included.</summary>
    public long Handed { get; private set; }

    /// <summary>Items that the reader surely has.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The reader was given up: it did not come back in time.</summary>
    public bool IsGone { get; private set; }

    public StreamQuestion Asked(long have, TimeSpan now)
    {
        _seen = now;
        _probed = false;
        if (have == Handed)
        {
            Acknowledged = have;
            _waiting = true;
            return StreamQuestion.Next;
        }

        return have == Acknowledged ? StreamQuestion.Again : StreamQuestion.Wrong;
    }

    /// <summary>The reader was answered with so many items.</summary>
    public void Answered(int items, TimeSpan now)
    {
        Handed += items;
        _seen = now;
        _waiting = false;
        if (items > 0)
            _probed = false; // a reader with new items is busy, so its silence says nothing
    }

    /// <summary>
    /// The reader was told how the stream ended. It may ask for that again, but not for ever, however patient the pool is.
    /// </summary>
    public void Ended(TimeSpan now) => _ended = now;

    /// <summary>The reader has shown itself while it is busy with what it has.</summary>
    public void Touched(TimeSpan now)
    {
        if (_waiting || IsGone)
            return; // a question came later and its wait must not get longer; or the reader was given up already
        _seen = now;
        _probed = false;
    }

    /// <summary>Whether the reader has waited as long as it may and is to be told that the stream goes on.</summary>
    public bool WaitIsOver(TimeSpan now) => _waiting && now - _seen >= LongestWait;

    /// <summary>
    /// Whether to answer a waiting reader with nothing, to see whether it is still there: a living one asks anew at once. One that
    /// does not wait is busy with what it has and cannot show itself, so it keeps its patience.
    /// </summary>
    public bool Probe()
    {
        if (!_waiting)
            return false;
        return _probed = true;
    }

    /// <summary>True once: the reader stayed away for too long.</summary>
    public bool Leaves(TimeSpan now)
    {
        var limit = _probed && ProbePatience < patience ? ProbePatience : patience;
        if (IsGone || _waiting || limit == TimeSpan.MaxValue || now - _seen < limit)
            return false;
        _seen = now;
        return IsGone = true;
    }

    /// <summary>The time is over in which the reader may ask about this stream.</summary>
    public bool IsForgotten(TimeSpan now) => (IsGone && now - _seen >= Remembered) || now - _ended >= Remembered;
}
