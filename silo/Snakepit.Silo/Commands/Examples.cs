using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Snakepit.Silo.Commands;

/// <summary>Examples below a command's <c>--help</c>.</summary>
internal static class Examples
{
    private const string Ends =
        """
        Exit codes:
          0  done
          1  it failed, or the command line cannot be read
          2  the configuration or an address is wrong
          3  no silo answered
          4  serve and dev: the cluster has lost the silo

        """;

    private static readonly Dictionary<Command, (string Line, string Does)[]> Known = [];

    /// <summary>Remembers a command's examples.</summary>
    public static void Add(Command command, params (string Line, string Does)[] examples) => Known.Add(command, examples);

    /// <summary>The lines of all commands that have been made.</summary>
    public static IEnumerable<string> Lines => Known.Values.SelectMany(examples => examples.Select(example => example.Line));

    /// <summary>Lets <c>--help</c> of every command print them. Called once, for the root.</summary>
    public static void Show(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h"); // these two are paths
        help.Aliases.Remove("/?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(Ends);
            if (!Known.TryGetValue(parseResult.CommandResult.Command, out var examples))
                return code;
            var output = parseResult.InvocationConfiguration.Output;
            var width = examples.Max(example => example.Line.Length);
            output.WriteLine("Examples:");
            foreach (var (line, does) in examples)
                output.WriteLine($"  {line.PadRight(width)}  {does}");
            output.WriteLine();
            return code;
        }
    }
}
