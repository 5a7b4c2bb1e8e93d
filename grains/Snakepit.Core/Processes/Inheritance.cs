namespace Snakepit.Core.Processes;

/// <summary>
/// Which of the silo's variables its workers inherit. A pattern lets no secret through: a secret is inherited only by its full name.
/// </summary>
public sealed class Inheritance(IEnumerable<string> inherited)
{
    /// <summary>Everything that does not look like a secret.</summary>
    public static IReadOnlyList<string> Default { get; } = ["*"];

    private readonly NamePattern[] _patterns = [.. inherited.Select(text => new NamePattern(text))];

    public bool Passes(string name) =>
        _patterns.Any(pattern => pattern.IsName && pattern.Matches(name))
        || VariableNames.Necessary.Matches(name)
        || ThreadLimits.Names.Contains(name)
        || (_patterns.Matches(name) && !LooksSecret(name));

    /// <summary>What is wrong with an entry of the list; null when nothing is.</summary>
    public static string? Flaw(string entry) => entry switch
    {
        _ when string.IsNullOrWhiteSpace(entry) => "expected the name of a variable; * stands for any characters",
        _ when entry.Contains('=', StringComparison.Ordinal) => "expected a name without a value; values of your own belong in AdapterEnv",
        _ when entry.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is ',' or ';') => "expected one name in "
            + "each entry of the list; * stands for any characters",
        _ => null,
    };

    private static bool LooksSecret(string name) => VariableNames.Secrets.Matches(name) && !VariableNames.Harmless.Matches(name);
}
