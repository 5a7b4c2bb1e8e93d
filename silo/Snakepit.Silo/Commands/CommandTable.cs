using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Processes;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary>What the commands that print tables have in common.</summary>
internal static class CommandTable
{
    /// <summary>
    /// Columns of output that goes to a file or a pipe, which have no width of their own; at the default of 80 worker names would break.
    /// </summary>
    public const int RedirectedWidth = 200;

    /// <summary>Gives output that is no terminal its width. Called before anything is printed.</summary>
    public static void FitOutput()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = RedirectedWidth;
    }

    /// <summary>
    /// Compiles the code that reads and prints what a silo says, on another thread while the command line is read and the silo is asked: a
    /// quarter less time to the answer.
    /// </summary>
    /// <param name="command">Name of the command; one without such a table needs none of it.</param>
    public static void Prepare(string command)
    {
        var document = command switch
        {
            "status" => typeof(StatusDocument),
            "workers" => typeof(WorkersDocument),
            "silos" => typeof(SilosDocument),
            "sessions" => typeof(SessionsDocument),
            "tools" => typeof(ToolsDocument),
            _ => null,
        };
        if (document is null)
            return;
        _ = Task.Run(() =>
        {
            JsonSerializer.Deserialize("{}", document, StatusDocument.Json);
            var nowhere = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
            nowhere.Write(Of("").AddRow(new Text("")));
        });
    }

    /// <summary>A table without rows.</summary>
    public static Table Of(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    /// <summary>Names the silos that did not answer, if there are any.</summary>
    /// <param name="silos">Their names.</param>
    /// <param name="indent">In front of the line.</param>
    public static void TellSilent(string[] silos, string indent = "")
    {
        if (silos.Length > 0)
            Console.WriteLine(indent + Silent(silos));
    }

    /// <summary>The line that says that the cluster's database does not answer a silo.</summary>
    public static string NoDatabase(string silo, string? problem, double seconds) =>
        $"{silo} has had no database for {seconds:0} s. {TerminalText.Escape(problem ?? "Its log says why.")} Silos serve on; none can "
        + "join, and none is declared dead.";

    /// <summary>The line that names them.</summary>
    public static string Silent(string[] silos) => $"Silos that did not answer: {string.Join(", ", silos)}";
}
