namespace Snakepit.Silo.Benching;

/// <summary>What to measure.</summary>
internal sealed record BenchSpec
{
    public required string Tool { get; init; }

    public required string Pool { get; init; }

    /// <summary>Arguments of every call, as a JSON object.</summary>
    public required string Arguments { get; init; }

    /// <summary>Calls that are under way at a time.</summary>
    public required int Callers { get; init; }

    /// <summary>How long calls are begun that count. Those that are under way at the end are awaited, and count.</summary>
    public required TimeSpan Time { get; init; }
}
