namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>Shows what happens: a line for each event, and on a terminal one line below them that is written anew. One owner.</summary>
internal sealed class ChaosScreen(TextWriter output, bool isTerminal)
{
    private const string EraseLine = "\r\e[2K";

    private bool _hasLive;

    /// <param name="at">Time since the run began; null for none.</param>
    /// <param name="text">The line.</param>
    public void Line(TimeSpan? at, string text)
    {
        if (_hasLive)
            output.Write(EraseLine);
        _hasLive = false;
        output.WriteLine(at is { } moment ? $"{moment.TotalSeconds,7:0.0} s  {text}" : text);
    }

    /// <summary>Replaces the live line; nothing happens where there is none.</summary>
    public void Live(string text)
    {
        if (!isTerminal)
            return;
        output.Write($"{EraseLine}{text}");
        output.Flush();
        _hasLive = true;
    }
}
