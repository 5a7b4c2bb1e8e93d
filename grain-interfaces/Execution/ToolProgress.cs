namespace Snakepit.Execution;

/// <summary>How far a running tool is, as it says by <c>context.progress(...)</c>. Immutable.</summary>
/// <param name="Fraction">The part that is done, 0 to 1; null when the tool does not know.</param>
/// <param name="Message">Text for people, up to 200 characters; null when there is none.</param>
/// <param name="Elapsed">From the start of the tool to this report, by the worker's monotonic clock.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ToolProgress")]
public sealed record ToolProgress(
    [property: Id(0)] double? Fraction, [property: Id(1)] string? Message, [property: Id(2)] TimeSpan Elapsed);

/// <summary>A report of progress with its place among those of its call.</summary>
/// <param name="Number">1 for the first report that the shard has of the call; numbers may be left out.</param>
/// <param name="Progress">The report.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ProgressStep")]
public sealed record ProgressStep([property: Id(0)] long Number, [property: Id(1)] ToolProgress Progress);
