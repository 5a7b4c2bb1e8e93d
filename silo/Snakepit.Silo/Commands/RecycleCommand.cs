using System.CommandLine;
using System.Text.Json;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit recycle</c>: fresh workers for a pool, or for one slot, without losing a call.</summary>
internal static class RecycleCommand
{
    public static Command Create()
    {
        var pool = new Option<string>("--pool")
        {
            Description = "Pool whose workers are replaced",
            DefaultValueFactory = _ => "default",
            HelpName = "NAME",
        };
        var worker = new Option<string?>("--worker") { Description = "Only this worker, as 'snakepit status' shows it", HelpName = "ID" };
        var command = new Command("recycle", "Replace workers by fresh ones, a few at a time, without losing a call.")
        {
            pool, worker,
        };
        var silo = new SiloConnection(command);
        command.SetAction((result, cancellationToken) => silo.TalkAsync(
            result,
            http => RecycleAsync(http, result.GetValue(pool)!, result.GetValue(worker), cancellationToken)));
        return command;
    }

    private static async Task<int> RecycleAsync(HttpClient http, string pool, string? worker, CancellationToken cancellationToken)
    {
        var query = worker is null ? "" : $"?worker={Uri.EscapeDataString(worker)}";
        using var response = await SiloHttp.PostAsync(http, $"v1/pools/{Uri.EscapeDataString(pool)}/recycle{query}", cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        using var answer = JsonDocument.Parse(body);
        var marked = answer.RootElement.GetProperty("marked").GetInt32();
        Console.WriteLine(marked == 1 ? "1 worker will be replaced." : $"{marked} workers will be replaced.");
        return ExitCodes.Ok;
    }
}
