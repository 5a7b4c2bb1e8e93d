namespace Snakepit.Core.Configuration;

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
