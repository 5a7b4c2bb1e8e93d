using System.CommandLine;
using System.Text.Json;
using Snakepit.Workers.Python;
using Snakepit.Workers.Python.Setup;

namespace Snakepit.Silo.Commands;

/// <summary>
/// <c>snakepit setup</c>: finds or makes a Python that can run workers and prints its path. For the folder of an adapter it makes a virtual
/// environment with the packages that the folder asks for.
/// </summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("FOLDER")
        {
            Description = "Folder of an adapter with a requirements.txt, pyproject.toml or uv.lock; its packages are installed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var venv = new Option<string?>("--venv")
        {
            Description = "Virtual environment to make; default: .venv in FOLDER, or here",
            HelpName = "FOLDER",
        };
        var python = new Option<string?>("--python")
        {
            Description = "With FOLDER: interpreter to make the environment from; default: SNAKEPIT_PYTHON, or the first that is found",
            HelpName = "PATH",
        };
        var links = new Option<string[]>("--find-links")
        {
            Description = "With FOLDER: folder or page with packages; may be repeated",
            HelpName = "PLACE",
        };
        var offline = new Option<bool>("--no-index") { Description = "With FOLDER: ask no index of packages, only --find-links" };
        var json = new Option<bool>("--json") { Description = "Print what was found or made as JSON" };
        var command = new Command(
            "setup", "Find or make a Python environment for workers, or for the folder of an adapter. Prints the interpreter's path.")
        {
            folder, venv, python, links, offline, json,
        };
        Examples.Add(
            command,
            ("snakepit setup", "find a Python that can run workers, or make .venv here"),
            ("snakepit setup adapters/text", "make adapters/text/.venv with the packages that the folder asks for"),
            ("snakepit setup . --no-index --find-links wheels", "without a network, from a folder of packages"));
        command.Validators.Add(result =>
        {
            var forFolder = result.GetValue(python) is not null || result.GetValue(offline) || result.GetValue(links) is { Length: > 0 };
            if (result.GetValue(folder) is null && forFolder)
                result.AddError("--python, --find-links and --no-index concern the folder of an adapter; name it, for example: setup .");
        });
        command.SetAction((result, cancellationToken) => result.GetValue(folder) is { } adapter
            ? AdapterAsync(
                new AdapterSetupSpec
                {
                    Folder = Path.GetFullPath(adapter),
                    Venv = Path.GetFullPath(result.GetValue(venv) ?? Path.Combine(adapter, ".venv")),
                    Python = result.GetValue(python),
                    FindLinks = result.GetValue(links) ?? [],
                    NoIndex = result.GetValue(offline),
                },
                result.GetValue(json),
                cancellationToken)
            : FindAsync(Path.GetFullPath(result.GetValue(venv) ?? ".venv"), result.GetValue(json), cancellationToken));
        return command;
    }

    private static Task<int> FindAsync(string venv, bool json, CancellationToken outer) => TryAsync(
        outer,
        async cancellationToken =>
        {
            var python = await new PythonSetup(venv, Console.Error.WriteLine).RunAsync(cancellationToken);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { python = python.Path, version = $"{python.Version}" }, CommandJson.Indented)
                : python.Path);
        });

    private static Task<int> AdapterAsync(AdapterSetupSpec spec, bool json, CancellationToken outer) => TryAsync(
        outer,
        async cancellationToken =>
        {
            var (python, needs, wasReady) = await new AdapterSetup(spec, Console.Error.WriteLine).RunAsync(cancellationToken);
            await Console.Error.WriteLineAsync(
                $"{(wasReady ? "Up to date" : "Ready")}: Python {python.Version} in {spec.Venv} has what {needs.Path} asks for. "
                + "A silo that runs in a folder finds its .venv; otherwise set PythonExecutable of the pool to the path below.");
            Console.WriteLine(json
                ? JsonSerializer.Serialize(
                    new { python = python.Path, version = $"{python.Version}", venv = spec.Venv, needs = needs.Path, wasReady },
                    CommandJson.Indented)
                : python.Path);
        });

    /// <summary>Ctrl-C and SIGTERM end the installer too.</summary>
    private static async Task<int> TryAsync(CancellationToken outer, Func<CancellationToken, Task> make)
    {
        using var interrupt = new CtrlC(outer);
        try
        {
            await make(interrupt.Pressed);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (interrupt.Pressed.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("snakepit: setup was interrupted; say it again to go on.");
            return ExitCodes.Failed;
        }
        catch (Exception error) when (error is PythonNotFoundException or AdapterSetupException)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.Failed;
        }
    }
}
