using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;

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
        var all = new Option<bool>("--all") { Description = "All workers of all pools of all silos" };
        var json = new Option<bool>("--json") { Description = "Print the document of POST /v1/recycle" };
        var command = new Command("recycle", "Replace workers by fresh ones, a few at a time, without losing a call.")
        {
            pool, worker, all, json,
        };
        var silo = new SiloConnection(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && (result.GetValue(worker) is not null || result.GetResult(pool) is { Implicit: false }))
                result.AddError("Expected either --all, or --pool and --worker.");
        });
        Examples.Add(
            command,
            ("snakepit recycle --all", "fresh workers for all pools, for new code"),
            ("snakepit recycle --pool ml", "for one pool"),
            ("snakepit recycle --worker default@silo-1#0.3", "for one worker"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            var query = result.GetValue(worker) is { } id ? $"?worker={Uri.EscapeDataString(id)}" : "";
            var path = result.GetValue(all) ? "v1/recycle" : $"v1/pools/{Uri.EscapeDataString(result.GetValue(pool)!)}/recycle{query}";
            return RecycleAsync(http, path, result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RecycleAsync(HttpClient http, string path, bool json, CancellationToken cancellationToken)
    {
        using var response = await SiloHttp.PostAsync(http, path, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        var answer = JsonSerializer.Deserialize<RecycleDocument>(body, StatusDocument.Json)!;
        if (json)
            await Terminal.WriteLineAsync(body);
        else if (answer.Pools is not { } pools)
            await Terminal.WriteLineAsync(Sentence(answer.Marked));
        else
            foreach (var (pool, marked) in pools.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                await Terminal.WriteLineAsync($"{pool}: {Sentence(marked)}");
        if (answer.SilentSilos is not { Length: > 0 } silent) // a silo of an earlier version does not say
            return ExitCodes.Ok;
        await Terminal.WriteErrorAsync(
            $"snakepit: {string.Join(", ", silent)} did not answer; their workers may stay. Say it again.");
        return ExitCodes.Failed;
    }

    private static string Sentence(int workers) => workers == 1 ? "1 worker will be replaced." : $"{workers} workers will be replaced.";
}
