namespace Snakepit.Workers.Output;

/// <summary>Keeps the last lines of a worker's output for the event of its death. One writer, any readers.</summary>
internal sealed class OutputTail(int lines)
{
    private readonly string?[] _lines = new string?[lines];
    private long _written;

    public void Add(string line)
    {
        var at = Interlocked.Read(ref _written);
        Volatile.Write(ref _lines[at % _lines.Length], line);
        Interlocked.Exchange(ref _written, at + 1);
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            var end = Interlocked.Read(ref _written);
            var lines = new List<string>();
            for (var at = Math.Max(0, end - _lines.Length); at < end; at++)
            {
                if (Volatile.Read(ref _lines[at % _lines.Length]) is { } line)
                    lines.Add(line);
            }

            return lines;
        }
    }
}
