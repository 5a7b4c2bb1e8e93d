using System.Text.RegularExpressions;

namespace Snakepit.Core.Configuration;

/// <summary>Recognises a connection string with a password by its form, wherever a person has written it by mistake.</summary>
internal static partial class SecretText
{
    public static bool Matches(string value) => Pattern().IsMatch(value);

    [GeneratedRegex(@"(password|passwd|pwd|psw)\s*=|://[^/\s]*:[^/\s]*@", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
