using System.CommandLine;
using System.Text.RegularExpressions;
using Snakepit.Core.Configuration;
using Snakepit.Silo.Commands;
using Snakepit.TestKit;

namespace Snakepit.Architecture.Tests.Documents;

/// <summary>Reads command lines as a shell and the program do, and runs nothing.</summary>
internal static partial class CommandLines
{
    private static readonly RootCommand Root = CommandTree.Create();

    /// <summary>Words in capitals that stand for a value of a certain form. All others stand for a name.</summary>
    private static readonly Dictionary<string, string> Placeholders = new()
    {
        ["N"] = "1",
        ["M"] = "1",
        ["S"] = "1",
        ["SECONDS"] = "1",
        ["WORKER"] = "default@silo-1#0",
    };

    /// <summary>
    /// The sources of the commands of <c>./snakepit</c> of the repository. The program has a <c>bench</c> too, which is another one.
    /// </summary>
    private static readonly Dictionary<string, string> OfTheRepository = new()
    {
        ["./up"] = "scripts/up.sh",
        ["./test"] = "scripts/test.sh",
        ["./archive"] = "scripts/archive.sh",
        ["./bench"] = "bench/Program.cs",
    };

    /// <summary>The examples below each command's <c>--help</c>.</summary>
    public static IReadOnlyList<string> Examples { get; } = [.. Silo.Commands.Examples.Lines];

    /// <summary>Every command that does something, with the words that lead to it.</summary>
    public static IReadOnlyList<string[]> Commands { get; } = [.. Leaves(Root, [])];

    /// <summary>What <c>--help</c> of a command prints.</summary>
    public static string Help(string[] command)
    {
        using var output = new StringWriter();
        Root.Parse([.. command, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        return output.ToString();
    }

    /// <summary>What the program says about words that it does not understand.</summary>
    public static IReadOnlyList<string> Mistakes(string[] words) => CommandMistakes.Of(Root.Parse(words));

    /// <summary>
    /// The words of each run of the program in a line of a shell, without the program's name. A command of the repository begins with
    /// <c>./</c>.
    /// </summary>
    public static IEnumerable<string[]> Runs(string line) =>
        from start in Program().Matches(line)
        let words = Words(line[(start.Index + start.Length)..]).ToArray()
        let repository = start.Value.EndsWith("./snakepit", StringComparison.Ordinal) && words is [var verb, ..] ? $"./{verb}" : ""
        select OfTheRepository.ContainsKey(repository) ? [repository, .. words[1..]] : words;

    /// <summary>What the program would refuse in these words, one sentence each.</summary>
    /// <param name="words">Words behind the program's name.</param>
    /// <param name="whole">Whether they are a command that a reader types; a mention in a text may leave out what a command needs.</param>
    public static IEnumerable<string> Flaws(string[] words, bool whole)
    {
        if (words is [var verb, ..] && OfTheRepository.TryGetValue(verb, out var source))
        {
            var text = File.ReadAllText(Path.Combine(Places.Root, source));
            return words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.Split('=')[0])
                .Where(option => !Regex.IsMatch(text, $@"{option}(?![\w-])")).Select(option => $"{source} has no {option}");
        }

        var result = Root.Parse(words);
        var rest = result.UnmatchedTokens;
        var errors = result.Errors.Where(error => whole || error.SymbolResult?.Tokens.Count > 0).Select(error => error.Message);
        return rest.Count > 0 && (CommandWords.Flaw(rest) ?? (Takes(result) ? null : $"'{rest[0]}' belongs to nothing")) is { } flaw
            ? [.. errors, flaw]
            : errors;
    }

    private static IEnumerable<string[]> Leaves(Command command, string[] words) => command.Subcommands.Count == 0
        ? [words]
        : command.Subcommands.SelectMany(below => Leaves(below, [.. words, below.Name]));

    /// <summary>Whether options of the configuration may follow the command.</summary>
    private static bool Takes(ParseResult result) => !result.CommandResult.Command.TreatUnmatchedTokensAsErrors;

    /// <summary>Words up to the end of the command: a pipe, a redirection, a bracket, a comment.</summary>
    private static IEnumerable<string> Words(string text) =>
        from word in Word().Match(text).Groups[1].Captures
        let plain = word.Value is ['\'' or '"', ..] ? word.Value[1..^1] : word.Value.Trim('[', ']')
        where plain.Length > 0
        select Placeholders.GetValueOrDefault(plain, plain);

    [GeneratedRegex(@"(?<=^|[|(;&]\s*)(?:\./|bin/|/opt/snakepit/bin/)?snakepit(?=\s|$)")]
    private static partial Regex Program();

    [GeneratedRegex(@"^(?:\s+((?!\#)(?:'[^']*'|""[^""]*""|[^\s'""|<>();&])+))*")]
    private static partial Regex Word();
}
