namespace Snakepit.Client.Connections;

/// <summary>When silos have answered, and since when a question waits for an answer. Thread-safe.</summary>
internal sealed class AnswerWatch(TimeProvider time)
{
    // Timestamps; 0 for none.
    private long _answered;
    private long _asked;

    /// <summary>How long ago a silo has answered the last time; null when none has answered yet.</summary>
    public TimeSpan? SinceAnswer => Since(ref _answered);

    /// <summary>
    /// How long ago the first question was asked that has had no answer since; null when there is none. Time in which nothing was asked
    /// says nothing about silos, so it is not silence.
    /// </summary>
    public TimeSpan? Silence => Since(ref _asked);

    /// <summary>A silo has just answered.</summary>
    public void NoteAnswer()
    {
        Volatile.Write(ref _answered, Now);
        Volatile.Write(ref _asked, 0);
    }

    /// <summary>A silo is about to be asked.</summary>
    public void NoteQuestion() => Interlocked.CompareExchange(ref _asked, Now, 0);

    private long Now => Math.Max(1, time.GetTimestamp());

    private TimeSpan? Since(ref long moment) => Volatile.Read(ref moment) is > 0 and var then ? time.GetElapsedTime(then) : null;
}
