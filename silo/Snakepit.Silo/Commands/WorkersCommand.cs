using System.CommandLine;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Processes;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit workers</c>: every worker of a running cluster in one table, or as JSON for programs.</summary>
internal static class WorkersCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the document of GET /v1/workers" };
        var command = new Command("workers", "Show every worker of a running cluster.") { json };
        var choice = new PoolChoice(command);
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit workers", "every worker of every silo"),
            ("snakepit workers default --silo silo-1", "of one pool on one silo"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var path = choice.Path(result, "workers");
            return SiloHttp.ShowAsync<WorkersDocument>(http, path, result.GetValue(json), Show, cancellationToken);
        }));
        return command;
    }

    private static void Show(WorkersDocument document)
    {
        CommandTable.FitOutput();
        var table = CommandTable.Of(
            "Silo", "Pool", "Slot", "Generation", "Pid", "State", "Age", "Calls", "Served", "Memory", "Last failure");
        foreach (var worker in document.Workers)
        {
            table.AddRow(
                new Text(worker.Silo),
                new Text(worker.Pool),
                new Text($"{worker.Slot}"),
                new Text($"{worker.Generation}"),
                new Text($"{worker.Pid}"),
                new Text(StatusCommand.State(worker)),
                new Text($"{worker.AgeSeconds:0} s"),
                new Text($"{worker.Load}/{worker.Capacity}"),
                new Text($"{worker.Served}"),
                new Text($"{worker.MemoryMb:0} MB"),
                new Text(TerminalText.Escape(worker.LastFailure?.Split('\n')[0] ?? "")));
        }

        AnsiConsole.Write(table);
        CommandTable.TellSilent(document.SilentSilos);
    }
}
