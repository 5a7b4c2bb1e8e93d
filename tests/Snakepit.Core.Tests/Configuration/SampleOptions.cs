using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

/// <summary>One option of every kind.</summary>
public sealed class SampleOptions
{
    [Option("Text with a default.")]
    public string Text { get; init; } = "default text";

    [Option("Text without one.")]
    public string? MaybeText { get; init; }

    [Option("Yes or no.")]
    public bool Flag { get; init; }

    [Option("Whole number in a range.", Min = 1, Max = 10)]
    public int Count { get; init; } = 3;

    [Option("Whole number without a range.")]
    public int FreeCount { get; init; }

    [Option("Whole number that may be missing.", Min = 0, Max = 10)]
    public int? MaybeCount { get; init; }

    [Option("Large whole number.", Min = 0)]
    public long SizeBytes { get; init; }

    [Option("Part.", Max = 1)]
    public double Ratio { get; init; }

    [Option("Finite time.", Min = 100, Max = 60_000)]
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Time without end allowed.", Min = 1, AllowInfinite = true)]
    public TimeSpan Patience { get; init; }

    [Option("Short time.", InMilliseconds = true)]
    public TimeSpan Brief { get; init; }

    [Option("One of a few.")]
    public SampleProfile Profile { get; init; }

    [Option("Some texts.")]
    public IReadOnlyList<string> Texts { get; init; } = [];

    [Option("Some numbers.", Min = 1, Max = 10)]
    public IReadOnlyList<int> Counts { get; init; } = [];

    [Option("Texts by name.")]
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    [Option("A section.")]
    public SampleSection Section { get; init; } = new();

    [Option("Some sections.")]
    public IReadOnlyList<SampleSection> Sections { get; init; } = [];

    /// <summary>Not an option.</summary>
    public string Computed => Text;
}

public sealed class SampleSection
{
    [Option("Its number.", Min = 1, Max = 10)]
    public int Depth { get; init; } = 1;
}

public enum SampleProfile
{
    Development,
    ProductionStrict,
}
