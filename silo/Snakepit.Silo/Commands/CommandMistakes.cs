using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Snakepit.Errors;

namespace Snakepit.Silo.Commands;

/// <summary>What a person has mistyped, in sentences for standard error. Pure.</summary>
internal static class CommandMistakes
{
    /// <summary>The sentences, with the command that says more behind them; empty when the command can run.</summary>
    public static IReadOnlyList<string> Of(ParseResult result)
    {
        string[] mistakes = [.. Sentences(result).Distinct()];
        return mistakes.Length == 0 ? [] : [.. mistakes, $"See '{Path(result.CommandResult)} --help'."];
    }

    /// <summary>
    /// What the program ends with. Of a command that reads the configuration any word may have been meant for that, and a process manager
    /// does not start such a silo again.
    /// </summary>
    public static int ExitCode(ParseResult result) =>
        TakesConfiguration(result) ? ExitCodes.BadConfiguration : ExitCodes.Failed;

    private static IEnumerable<string> Sentences(ParseResult result)
    {
        if (result.Action is not ParseErrorAction && result.Action != result.CommandResult.Command.Action)
            return []; // --help counts whatever stands beside it
        string[] swallowed = [.. Swallowed(result)];
        if (swallowed.Length > 0)
            return swallowed;
        if (result.Action is not ParseErrorAction)
            return TakesConfiguration(result) ? Foreign(result) : [];
        var words = TakesConfiguration(result) ? [] : result.UnmatchedTokens;
        var unknown = Unknown(words, result.CommandResult);
        if (result.CommandResult.Command.Subcommands is { Count: > 0 } below)
            return words.Count > 0 ? unknown : [$"'{Path(result.CommandResult)}' needs one of its commands: {Names(below)}."];
        return result.Errors.Select(error => error.Message).Where(text => !words.Any(word => text.Contains($"'{word}'"))).Concat(unknown);
    }

    /// <summary>Options that there are not, which the parser takes for arguments. Behind <c>--</c> anything may be one.</summary>
    private static IEnumerable<string> Swallowed(ParseResult result) =>
        from argument in result.CommandResult.Children.OfType<ArgumentResult>()
        from token in argument.Tokens
        where token.Value is ['-', _, ..] && !result.Tokens.Any(each => each.Type == TokenType.DoubleDash)
        let name = token.Value.Split('=')[0]
        select $"'{Path(result.CommandResult)}' has no option {name}.{Spelling.Hint(name, Options(result.CommandResult))}";

    /// <summary>Words that are no options of the configuration, which have a section in front, and none of the command.</summary>
    private static IEnumerable<string> Foreign(ParseResult result)
    {
        var before = "";
        foreach (var word in result.UnmatchedTokens)
        {
            // Meant as the value of the option before it; what reads the configuration says how to write that.
            var isValue = before.StartsWith("--", StringComparison.Ordinal) && before.Contains(':') && !before.Contains('=');
            before = word;
            if (isValue || word is not ['-', '-', _, ..])
                continue;
            var name = word.Split('=')[0];
            var hint = Spelling.Hint(name, Options(result.CommandResult));
            // A word with a value may be a key of the configuration that has no section. One that nearly is an option is none.
            if (!name.Contains(':', StringComparison.Ordinal) && (hint.Length > 0 || name == word))
                yield return $"'{Path(result.CommandResult)}' has no option {name}.{hint}";
        }
    }

    private static IEnumerable<string> Unknown(IReadOnlyList<string> words, CommandResult command)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].StartsWith('-'))
            {
                var name = words[i].Split('=')[0];
                yield return $"'{Path(command)}' has no option {name}.{Spelling.Hint(name, Options(command))}";
                if (i + 1 < words.Count && !words[i + 1].StartsWith('-'))
                    i++; // most likely its value
            }
            else
            {
                var names = command.Command.Subcommands.Select(below => below.Name).ToList();
                yield return names.Count > 0
                    ? $"'{Path(command)}' has no command '{words[i]}'.{Spelling.Hint(words[i], names)}"
                    : $"'{words[i]}' is one word too many for '{Path(command)}'.";
            }
        }
    }

    private static bool TakesConfiguration(ParseResult result) => !result.CommandResult.Command.TreatUnmatchedTokensAsErrors;

    private static IEnumerable<string> Options(CommandResult command) =>
        from option in command.Command.Options
        from name in option.Aliases.Append(option.Name)
        where name.StartsWith("--", StringComparison.Ordinal)
        select name;

    private static string Names(IEnumerable<Command> commands) => string.Join(", ", commands.Select(command => command.Name));

    /// <summary>The words that lead to a command.</summary>
    private static string Path(CommandResult command) =>
        command.Parent is CommandResult above ? $"{Path(above)} {command.Command.Name}" : "snakepit";
}
