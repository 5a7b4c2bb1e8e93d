using System.CommandLine;
using System.Text.Json;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Generating;
using Snakepit.Workers.Launch;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit gen adapter</c>: writes a Python package with tools, their tests, and the configuration that serves it.</summary>
internal static class GenCommand
{
    private static readonly string[] Next = ["snakepit serve", "snakepit call count --json '{\"text\": \"one two\"}'"];

    public static Command Create()
    {
        var command = new Command("gen", "Write the beginnings of something new.") { CreateAdapter() };
        Examples.Add(command, ("snakepit gen adapter text_tools", "a Python package with tools, in the folder text_tools"));
        return command;
    }

    private static Command CreateAdapter()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the Python package" };
        var folder = new Option<string?>("--folder")
        {
            Description = "Where to make it; default: a folder of that name here",
            HelpName = "FOLDER",
        };
        var json = new Option<bool>("--json") { Description = "Print what was made as JSON" };
        var command = new Command("adapter", "Write a Python package with tools, tests that pass, and a configuration that serves it.")
        {
            name, folder, json,
        };
        Examples.Add(
            command,
            ("snakepit gen adapter text_tools", "a package in the folder text_tools"),
            ("snakepit gen adapter text_tools --folder adapters/text", "elsewhere"));
        command.SetAction(result => Make(result.GetValue(name)!, result.GetValue(folder), result.GetValue(json)));
        return command;
    }

    private static int Make(string name, string? folder, bool json)
    {
        try
        {
            if (AdapterName.Flaw(name) is { } flaw)
                throw new StartupException(flaw);
            var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder ?? name));
            var files = AdapterFiles.Of(name, WorkerHostSettings.OwnBridgeFolder);
            NewFolder.Make(whole, files);
            var made = files.Select(file => file.Path).ToArray();
            var next = Next.Prepend($"cd {Path.GetRelativePath(Environment.CurrentDirectory, whole)}").ToArray();
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { name, folder = whole, files = made, next }, KeysFileWriting.Indented)
                : $"{whole}\n  {string.Join("\n  ", made)}\n\nNext:\n  {string.Join("\n  ", next)}");
            return ExitCodes.Ok;
        }
        catch (StartupException error)
        {
            Console.Error.WriteLine($"snakepit: {error.Message}");
            return ExitCodes.Failed;
        }
    }
}
