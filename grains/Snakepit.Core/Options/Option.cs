namespace Snakepit.Core.Options;

/// <summary>Describes an option for the validator and for the generated reference.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string description) : Attribute
{
    /// <summary>One sentence: meaning and unit.</summary>
    public string Description { get; } = description;

    /// <summary>The key of the Elixir system's guides that this option answers to.</summary>
    public string? Guide { get; init; }

    /// <summary>The layer at which it acts.</summary>
    public string? Layer { get; init; }

    /// <summary>Lowest allowed number; for durations in milliseconds.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest allowed number; for durations in milliseconds.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>A duration that may be <c>infinite</c>.</summary>
    public bool AllowInfinite { get; init; }

    /// <summary>Its value is a secret: no message and no log may repeat it.</summary>
    public bool Secret { get; init; }

    /// <summary>A duration that is usually so short that a bare number of milliseconds is nothing odd.</summary>
    public bool InMilliseconds { get; init; }

    /// <summary>What a default that is computed at run time is, in words.</summary>
    public string? DefaultText { get; init; }
}

/// <summary>One thing wrong in the configuration.</summary>
/// <param name="Path">Where, with colons: <c>Snakepit:Pools:0:PoolSize</c>.</param>
/// <param name="Value">What stands there; null when nothing does, or when it may be a secret.</param>
/// <param name="Problem">What is allowed instead.</param>
public sealed record OptionMistake(string Path, string? Value, string Problem)
{
    public override string ToString() => Value is null ? $"{Path}: {Problem}" : $"{Path} = '{Value}': {Problem}";

    /// <summary>The same without its value where that may be a secret.</summary>
    internal OptionMistake Masked() => Value is { } value && SecretText.Matches(value) ? this with { Value = null } : this;
}

/// <summary>The configuration has mistakes; the message lists all of them.</summary>
public sealed class InvalidOptionsException(IReadOnlyList<OptionMistake> mistakes)
    : Exception(Text([.. mistakes.Select(mistake => mistake.ToString())]))
{
    public IReadOnlyList<OptionMistake> Mistakes { get; } = mistakes;

    /// <summary>All mistakes as one text, a line for each.</summary>
    public static string Text(IReadOnlyList<string> mistakes) =>
        $"The configuration has {mistakes.Count} mistake{(mistakes.Count == 1 ? "" : "s")}:{Environment.NewLine}"
        + string.Join(Environment.NewLine, mistakes.Select(mistake => $"  {mistake}"));
}
