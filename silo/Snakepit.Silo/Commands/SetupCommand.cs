using System.CommandLine;
using Snakepit.Workers.Python;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit setup</c>: finds or makes a Python that can run workers and prints its path.</summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var venv = new Option<string>("--venv")
        {
            Description = "Virtual environment to make when one is needed",
            DefaultValueFactory = _ => ".venv",
            HelpName = "FOLDER",
        };
        var command = new Command("setup", "Find or make a Python environment for workers. Prints the interpreter's path.") { venv };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                var setup = new PythonSetup(Path.GetFullPath(result.GetValue(venv)!), Console.Error.WriteLine);
                var interpreter = await setup.RunAsync(cancellationToken);
                Console.WriteLine(interpreter.Path);
                return ExitCodes.Ok;
            }
            catch (PythonNotFoundException error)
            {
                await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
