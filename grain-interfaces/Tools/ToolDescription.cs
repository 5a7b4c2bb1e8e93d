namespace Snakepit.Tools;

/// <summary>What a worker says about one of its tools. Immutable.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ToolDescription")]
public sealed record ToolDescription
{
    /// <summary>By which callers call it.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>
    /// First paragraph of its documentation, or what <c>@tool</c> says; up to 1,000 characters, empty when there is none.
    /// </summary>
    [Id(1)] public string Summary { get; init; } = "";

    /// <summary>The whole docstring, up to 8,000 characters.</summary>
    [Id(2)] public string Documentation { get; init; } = "";

    /// <summary>As in its source: <c>(text: str, limit: int = 10) -> dict</c>; up to 1,000 characters.</summary>
    [Id(3)] public string Signature { get; init; } = "";

    /// <summary>
    /// JSON Schema (draft 2020-12) of the object of its arguments, up to 16 KiB; <c>{}</c>, which allows anything, when its hints say
    /// nothing. Bytes, which a caller attaches, have <c>x-snakepit-attachment</c>.
    /// </summary>
    [Id(4)] public string ArgumentsSchema { get; init; } = "{}";

    /// <summary>JSON Schema of its result, or of each item when it only streams; bytes have <c>contentEncoding</c> <c>base64</c>.</summary>
    [Id(5)] public string ResultSchema { get; init; } = "{}";

    /// <summary>It is meant to be read as a stream.</summary>
    [Id(6)] public bool SupportsStreaming { get; init; }

    /// <summary>It is a generator: it can be read as a stream only.</summary>
    [Id(7)] public bool StreamOnly { get; init; }

    /// <summary>It runs on the worker's event loop.</summary>
    [Id(8)] public bool IsAsync { get; init; }

    /// <summary>It may run twice, as its author says.</summary>
    [Id(9)] public bool Idempotent { get; init; }

    /// <summary>Its calls run on one thread of the worker.</summary>
    [Id(10)] public bool ThreadSensitive { get; init; }

    /// <summary>What the schemas leave out and why, in sentences.</summary>
    [Id(11)] public string[] Notes { get; init; } = [];

    /// <summary>Whether both say the same. The notes count by their texts, as they do not for <c>==</c>.</summary>
    /// <param name="other">Another description.</param>
    public bool SaysTheSameAs(ToolDescription other) => this == other with { Notes = Notes } && Notes.SequenceEqual(other.Notes);
}
