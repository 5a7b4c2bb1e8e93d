namespace Snakepit.Workers.Output;

/// <summary>
/// Keeps the last lines of a worker's output, for the event of its death and for people who read along. Needs limited memory however much
/// the worker writes. Thread-safe.
/// </summary>
/// <param name="tail">Lines that are kept whatever their length, while the worker lives.</param>
/// <param name="mostLines">Lines that are kept when they are short.</param>
/// <param name="mostCharacters">Length of all lines together, from which only the tail is kept.</param>
internal sealed class OutputHistory(int tail = 50, int mostLines = 500, int mostCharacters = 128 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Queue<KeptLine> _lines = new();
    private long _last;
    private long _characters;
    private string? _end;
    private TaskCompletionSource? _news;

    /// <summary>Called when the process has ended.</summary>
    public Action? Ended { get; set; }

    /// <summary>The last lines, for the event of its death.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate)
                return [.. _lines.TakeLast(tail).Select(line => line.Text)];
        }
    }

    /// <summary>Length of the kept lines.</summary>
    public long Characters
    {
        get
        {
            lock (_gate)
                return _characters;
        }
    }

    /// <summary>The process has ended, and <see cref="End"/> was told how.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
                return _end is not null;
        }
    }

    public void Add(string text, DateTimeOffset at)
    {
        lock (_gate)
        {
            _lines.Enqueue(new KeptLine(++_last, at, text));
            _characters += text.Length;
            Trim(_end is null ? tail : 1);
            Tell();
        }
    }

    /// <summary>The process has ended. A child of it may still write.</summary>
    public void End(string how)
    {
        lock (_gate)
        {
            _end = how;
            Trim(1); // many processes end in a storm of crashes; the event of the death has the tail
            Tell();
        }

        Ended?.Invoke();
    }

    /// <summary>The lines behind one that the reader has, or the last ones.</summary>
    /// <param name="after">Number of the reader's last line; null for the last lines.</param>
    /// <param name="most">Lines of the answer.</param>
    public KeptLines Read(long? after, int most)
    {
        lock (_gate)
        {
            var wanted = after is { } number ? _lines.Where(line => line.Number > number) : _lines.TakeLast(most);
            var lines = wanted.Take(most).ToArray();
            var reached = lines.Length > 0 ? lines[^1].Number : after ?? _last;
            return new KeptLines(
                lines,
                lines.Length > 0 && after is { } had ? Math.Max(0, lines[0].Number - had - 1) : 0,
                reached >= _last ? _end : null);
        }
    }

    /// <summary>Ends when there is a line behind one that the reader has, or when the process has ended.</summary>
    public Task NewsAsync(long after)
    {
        lock (_gate)
        {
            if (_last > after || _end is not null)
                return Task.CompletedTask;
            return (_news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Trim(int fewest)
    {
        while (_lines.Count > fewest && (_lines.Count > mostLines || _characters > mostCharacters))
            _characters -= _lines.Dequeue().Text.Length;
    }

    private void Tell()
    {
        _news?.SetResult();
        _news = null;
    }
}

/// <summary>A line as the worker wrote it.</summary>
/// <param name="Number">Counts the lines of the worker from 1.</param>
/// <param name="At">When it was read.</param>
/// <param name="Text">The line.</param>
internal readonly record struct KeptLine(long Number, DateTimeOffset At, string Text);

/// <summary>What a reader gets.</summary>
/// <param name="Lines">The lines, the earliest first.</param>
/// <param name="Missed">Lines before them that the reader asked for and that are no longer kept.</param>
/// <param name="End">How the process has ended, when there is no line behind these.</param>
internal sealed record KeptLines(KeptLine[] Lines, long Missed, string? End);
