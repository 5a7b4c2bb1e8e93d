using System.CommandLine;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Processes;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit tools</c>: what can be called, with signatures, as a table, or as JSON for programs.</summary>
internal static class ToolsCommand
{
    public static Command Create()
    {
        var pool = new Option<string?>("--pool") { Description = "Only of this pool", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print the document of GET /v1/tools, which has JSON Schemas" };
        var command = new Command("tools", "Show the tools of a running cluster with their signatures.") { pool, json };
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit tools", "of every pool"),
            ("snakepit tools --pool default", "of one"),
            ("snakepit tools --json | jq '.pools[].tools[] | {name, arguments}'", "their schemas, for a program"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var path = result.GetValue(pool) is { } name ? $"v1/pools/{Uri.EscapeDataString(name)}/tools" : "v1/tools";
            return SiloHttp.ShowAsync<ToolsDocument>(http, path, result.GetValue(json), Show, cancellationToken);
        }));
        return command;
    }

    private static void Show(ToolsDocument document)
    {
        CommandTable.FitOutput();
        foreach (var pool in document.Pools)
        {
            AnsiConsole.WriteLine($"Pool {pool.Name}{(pool.Tools.Length == 0 ? $": {Nothing(pool)}" : "")}");
            if (pool.Tools.Length > 0)
                Show(pool.Tools);
            if (pool.TakesAnyName)
                AnsiConsole.WriteLine("  Its adapter also takes other names (execute_tool).");
            CommandTable.TellSilent(pool.SilentSilos, indent: "  ");
        }
    }

    private static void Show(ToolDocument[] tools)
    {
        var table = CommandTable.Of("Tool", "What it does", "Flags");
        foreach (var tool in tools)
        {
            table.AddRow(
                new Text(TerminalText.Escape($"{tool.Name}{tool.Signature}")),
                new Text(TerminalText.Escape(tool.Summary.Split('\n')[0])),
                new Text(string.Join(", ", Flags(tool))));
        }

        AnsiConsole.Write(table);
    }

    private static string Nothing(PoolToolsDocument pool) =>
        pool.StartingSilos.Length > 0 ? "no worker has been ready yet, so its tools are not known; 'snakepit status' says why"
        : pool.Silos.Length == 0 ? "no silo that answered has it"
        : "no tools of its own";

    private static IEnumerable<string> Flags(ToolDocument tool)
    {
        if (tool.StreamOnly)
            yield return "stream only";
        else if (tool.Streams)
            yield return "stream";
        if (tool.Async)
            yield return "async";
        if (tool.Idempotent)
            yield return "idempotent";
        if (tool.ThreadSensitive)
            yield return "one thread";
        if (tool.Differs)
            yield return "differs between silos";
        if (tool.Notes.Length > 0)
            yield return "partly described";
    }
}
