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

    /// <summary>A number of workers that may also be what their tools do: cpu, io or mixed.</summary>
    public bool ByWorkload { get; init; }

    /// <summary>What a default that is computed at run time is, in words.</summary>
    public string? DefaultText { get; init; }
}
