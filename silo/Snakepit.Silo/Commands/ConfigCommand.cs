using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit config</c>, with <c>snakepit config reference</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = new Command("config", "Explain and check the configuration.")
        {
            ExplainCommand.Create(), ConfigSources.CreateValidate(), ConfigSources.CreateSchema(), CreateReference(),
        };
        Examples.Add(
            command,
            ("snakepit config validate", "every mistake of the snakepit.json here"),
            ("snakepit config explain", "sizes and time-outs of all pools, and why"));
        return command;
    }

    private static Command CreateReference()
    {
        var command = new Command("reference", "Print the reference of all options as Markdown.");
        Examples.Add(
            command,
            ("snakepit config reference > configuration.md", "all options in one page"));
        command.SetAction(_ =>
        {
            Console.Write(OptionsReference.ToMarkdown());
            return ExitCodes.Ok;
        });
        return command;
    }
}
