using System.Text.RegularExpressions;

namespace Snakepit.Core.Options;

/// <summary>What the name of a pool may look like. A text that cannot be one is turned away without asking the cluster.</summary>
public static partial class PoolName
{
    public const int LongestLength = 64;

    public const string Rule = "expected 1 to 64 lower-case letters, digits, '-', '_' or '.', starting with a letter or digit";

    public static bool IsValid(string text) => Shape().IsMatch(text);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}\\z")]
    private static partial Regex Shape();
}
