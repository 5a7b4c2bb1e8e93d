using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit scale</c>: another number of workers for a pool, on every silo or on one, without losing a call.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var pool = new Argument<string>("pool") { Description = "Name of the pool", HelpName = "POOL" };
        var size = new Option<int?>("--size") { Description = "Workers on each silo", HelpName = "N" };
        var reset = new Option<bool>("--reset") { Description = "Back to the number of the configuration, or of the load" };
        var silo = new Option<string?>("--silo") { Description = "Only on this silo", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print the document of POST /v1/pools/{pool}/scale" };
        var command = new Command("scale", "Give a pool another number of workers; kept over restarts of the silos.")
        {
            pool, size, reset, silo, json,
        };
        var options = new SiloConnection(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(size) is null != result.GetValue(reset)) // the value of a size that is no number would throw
                result.AddError("Expected either --size N or --reset.");
        });
        Examples.Add(
            command,
            ("snakepit scale default --size 8", "8 workers on each silo"),
            ("snakepit scale default --reset", "back to the configuration"));
        command.SetAction((result, cancellationToken) => options.TalkAsync(result, http =>
        {
            var number = result.GetValue(size) is { } workers ? $"size={workers}" : "reset=true";
            var only = result.GetValue(silo) is { } name ? $"&silo={Uri.EscapeDataString(name)}" : "";
            var path = $"v1/pools/{Uri.EscapeDataString(result.GetValue(pool)!)}/scale?{number}{only}";
            return ScaleAsync(http, path, result.GetValue(json), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> ScaleAsync(HttpClient http, string path, bool json, CancellationToken cancellationToken)
    {
        using var response = await SiloHttp.PostAsync(http, path, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Terminal.WriteErrorAsync(CallCommand.Explain(body, (int)response.StatusCode));
            return ExitCodes.Failed;
        }

        if (json)
        {
            await Terminal.WriteLineAsync(body);
            return ExitCodes.Ok;
        }

        var sizes = JsonSerializer.Deserialize<ScaleDocument>(body, StatusDocument.Json)!.Sizes;
        foreach (var (silo, workers) in sizes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            await Terminal.WriteLineAsync($"{silo} keeps {workers} {(workers == 1 ? "worker" : "workers")}.");
        return ExitCodes.Ok;
    }
}
