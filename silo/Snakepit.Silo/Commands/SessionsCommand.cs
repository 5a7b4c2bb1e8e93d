using System.CommandLine;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Processes;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit sessions</c>: the sessions of a running cluster in one table, or as JSON for programs.</summary>
internal static class SessionsCommand
{
    public static Command Create()
    {
        var most = new Option<int>("--most")
        {
            Description = $"How many, the latest used ones; 1 to {SessionEndpoints.Most}",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };
        var json = new Option<bool>("--json") { Description = "Print the document of GET /v1/sessions" };
        var command = new Command("sessions", "Show the sessions that the silos know, with their workers.") { most, json };
        var choice = new PoolChoice(command);
        var silo = new SiloConnection(command);
        most.Between(1, SessionEndpoints.Most);
        Examples.Add(
            command,
            ("snakepit sessions", "the 100 latest used sessions of all pools"),
            ("snakepit sessions default --silo silo-1", "of one pool on one silo"),
            ("snakepit sessions --most 1000 --json", "for a program"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var path = choice.Path(result, "sessions", $"most={result.GetValue(most)}");
            return SiloHttp.ShowAsync<SessionsDocument>(http, path, result.GetValue(json), Show, cancellationToken);
        }));
        return command;
    }

    private static void Show(SessionsDocument document)
    {
        CommandTable.FitOutput();
        var table = CommandTable.Of("Session", "Pool", "Silo", "Worker", "Running", "Last use");
        foreach (var session in document.Sessions)
        {
            table.AddRow(
                new Text(TerminalText.Escape(session.Session)),
                new Text(session.Pool),
                new Text(session.Silo),
                new Text(session.Worker),
                new Text($"{session.Running}"),
                new Text($"{session.IdleSeconds:0} s ago"));
        }

        AnsiConsole.Write(table);
        if (document.Total > document.Sessions.Length)
            Console.WriteLine($"{document.Sessions.Length} of {document.Total} sessions; --most shows up to {SessionEndpoints.Most}.");
        CommandTable.TellSilent(document.SilentSilos);
    }
}
