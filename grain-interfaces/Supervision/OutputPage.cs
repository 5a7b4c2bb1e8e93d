using Snakepit.Identity;

namespace Snakepit.Supervision;

/// <summary>Lines that a worker has written to stdout, stderr or its log, as far as its silo still holds them.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.OutputPage")]
public sealed record OutputPage
{
    /// <summary>Which worker.</summary>
    [Id(0)] public required WorkerId Worker { get; init; }

    /// <summary>Its process id.</summary>
    [Id(1)] public required int Pid { get; init; }

    /// <summary>The lines, the earliest first.</summary>
    [Id(2)] public required OutputPageLine[] Lines { get; init; }

    /// <summary>Lines that were asked for and that the silo no longer holds.</summary>
    [Id(3)] public long Missed { get; init; }

    /// <summary>How the process has ended, when there is no line behind these; null while lines may come.</summary>
    [Id(4)] public string? End { get; init; }
}

/// <summary>A line of a worker's output.</summary>
/// <param name="Number">Counts the lines of this worker from 1.</param>
/// <param name="At">When the silo read it.</param>
/// <param name="Level">Of its log record; <c>Information</c> for a line that says nothing about it.</param>
/// <param name="Text">What it says, with control characters escaped.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.OutputPageLine")]
public sealed record OutputPageLine(
    [property: Id(0)] long Number,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Level,
    [property: Id(3)] string Text);
