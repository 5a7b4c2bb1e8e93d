using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit silos</c>: the silos of a running cluster as a table, or as JSON for programs.</summary>
internal static class SilosCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the document of GET /v1/silos" };
        var command = new Command("silos", "Show the silos of a running cluster.") { json };
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit silos", "state, load and pools of each silo"),
            ("snakepit silos --url http://10.0.0.7:8400 --json", "asked at another silo, for a program"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(
            result, http => ShowAsync(http, result.GetValue(json), cancellationToken)));
        return command;
    }

    /// <summary>What the silo at the other end knows of the cluster.</summary>
    internal static async Task<SilosDocument> GetAsync(HttpClient http, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<SilosDocument>(await GetTextAsync(http, cancellationToken), StatusDocument.Json)!;

    private static Task<string> GetTextAsync(HttpClient http, CancellationToken cancellationToken) =>
        SiloHttp.GetAsync(http, "v1/silos", cancellationToken);

    private static async Task<int> ShowAsync(HttpClient http, bool json, CancellationToken cancellationToken)
    {
        if (json)
            await Terminal.WriteLineAsync(await GetTextAsync(http, cancellationToken));
        else
            Show(await GetAsync(http, cancellationToken));
        return ExitCodes.Ok;
    }

    private static void Show(SilosDocument document)
    {
        CommandTable.FitOutput();
        var table = CommandTable.Of(
            "Silo", "State", "Host", "Pid", "Address", "Version", "Up for", "Queued", "Load", "Roles", "Pools");
        foreach (var silo in document.Silos)
        {
            table.AddRow(
                new Text(silo.Name == document.Silo ? $"{silo.Name} *" : silo.Name),
                new Text($"{silo.State}"),
                new Text(silo.Host),
                new Text($"{silo.Pid}"),
                new Text(silo.Address),
                new Text(silo.Version),
                new Text($"{silo.UptimeSeconds:0} s"),
                new Text($"{silo.Queued}"),
                new Text($"{silo.Running}/{silo.Capacity}"),
                new Text(string.Join(", ", silo.Roles)),
                new Text(string.Join(", ", silo.Pools)));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("* answered this command");
        CommandTable.TellSilent(document.SilentSilos);
        foreach (var silo in document.Silos)
        {
            if (silo.DatabaseProblemSeconds is { } seconds)
                Console.WriteLine(CommandTable.NoDatabase(silo.Name, silo.DatabaseProblem, seconds));
        }
    }
}
