namespace Snakepit.Core.Configuration;

/// <summary>The options of the configuration behind a command: <c>--Snakepit:Name=value</c>, or <c>--Snakepit:Name value</c>.</summary>
public static class CommandWords
{
    /// <summary>The first word that would be ignored, as a sentence; null when there is none.</summary>
    public static string? Flaw(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length == 2)
                return $"'{word}' on the command line belongs to nothing. Options are written as --Snakepit:Name=value; see --help.";
            if (word.Contains('=', StringComparison.Ordinal))
                continue;
            if (i + 1 == words.Count || words[i + 1].StartsWith("--", StringComparison.Ordinal))
                return $"The option {word} has no value. Write {word}=value.";
            if (!word.Contains(':', StringComparison.Ordinal))
                return $"There is no option {word}; those of the configuration begin with a section, as --Snakepit:Name=value does.";
            i++; // its value
        }

        return null;
    }
}
