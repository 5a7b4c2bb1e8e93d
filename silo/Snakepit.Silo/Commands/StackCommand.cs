using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit stack</c>: what the Python code of workers does now, from every silo of a running cluster.</summary>
internal static class StackCommand
{
    public static Command Create()
    {
        var slot = new Option<int?>("--slot") { Description = "Only in this slot", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print the document of POST /v1/stack" };
        var command = new Command(
            "stack",
            "Show what the threads and coroutines of workers do now; their calls go on. A worker that native code keeps from "
            + "answering is asked by a signal, which may end a wait of that code early (EINTR).")
        {
            slot, json,
        };
        var choice = new PoolChoice(command, orWorker: true);
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit stack", "what every worker does now"),
            ("snakepit stack default@silo-1#0", "one worker"),
            ("snakepit stack default --silo silo-1", "the workers of a pool on a silo"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var only = result.GetValue(slot) is { } number ? $"slot={number}" : null;
            return AskAsync(http, choice.Path(result, "stack", only), result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> AskAsync(HttpClient http, string path, bool json, CancellationToken cancellationToken)
    {
        using var response = await SiloHttp.PostAsync(http, path, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        if (json)
            await Terminal.WriteLineAsync(body);
        else
            await ShowAsync(JsonSerializer.Deserialize<StacksDocument>(body, StatusDocument.Json)!);
        return ExitCodes.Ok;
    }

    private static async Task ShowAsync(StacksDocument document)
    {
        foreach (var worker in document.Workers)
            await Terminal.WriteLineAsync($"{worker.Id} (process {worker.Pid})\n{worker.Stacks ?? worker.Silence}\n");
        if (document.Workers.Length == 0)
            await Terminal.WriteLineAsync("No worker runs.");
        CommandTable.TellSilent(document.SilentSilos);
    }
}
