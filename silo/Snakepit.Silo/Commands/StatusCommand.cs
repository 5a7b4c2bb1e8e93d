using System.CommandLine;
using System.Text.Json;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Processes;
using Snakepit.Pools;
using Snakepit.Supervision;
using Spectre.Console;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit status</c>: the pools of a running cluster as a table, or as JSON for programs.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the status document" };
        var output = new Option<bool>("--output") { Description = "With the last lines of output of workers that failed" };
        var command = new Command("status", "Show pools and workers of a running silo and its cluster.") { json, output };
        var silo = new SiloConnection(command);
        command.SetAction((result, cancellationToken) => silo.TalkAsync(
            result, http => ShowAsync(http, result.GetValue(json), result.GetValue(output), cancellationToken)));
        return command;
    }

    private static async Task<int> ShowAsync(HttpClient http, bool json, bool output, CancellationToken cancellationToken)
    {
        var text = await SiloHttp.GetAsync(http, output ? "v1/status?output=true" : "v1/status", cancellationToken);
        if (json)
        {
            await Terminal.WriteLineAsync(text);
            return ExitCodes.Ok;
        }

        CommandTable.FitOutput();
        foreach (var pool in JsonSerializer.Deserialize<StatusDocument>(text, StatusDocument.Json)!.Pools)
            Show(pool);
        return ExitCodes.Ok;
    }

    private static void Show(PoolDocument pool)
    {
        if (pool.Shards.Length == 0 && pool.SilentSilos.Length == 0)
        {
            AnsiConsole.WriteLine($"Pool {pool.Name}: no silo has the roles for it (Silos:Roles)\n");
            return;
        }

        AnsiConsole.WriteLine($"Pool {pool.Name}: {pool.State}");
        AnsiConsole.WriteLine(
            $"  Workers: {pool.Shards.Sum(shard => shard.Workers.Count(worker => worker.Pid != 0))}  Queued: {pool.Queued}  "
            + $"Running: {pool.Running}  Streams: {pool.Streams}  Sessions: {pool.Sessions}  Requests: {pool.Requests}  "
            + $"Errors: {pool.Errors}  Cancelled: {pool.Cancelled}  Queue timeouts: {pool.QueueTimeouts}  Saturated: {pool.PoolSaturated}  "
            + $"Late replies: {pool.LateReplies}  Crashes: {pool.WorkerDeaths}  Recycled: {pool.Recycled}  Moved: {pool.Moved}");
        CommandTable.TellSilent(pool.SilentSilos, indent: "  ");
        var table = CommandTable.Of("Worker", "Pid", "State", "Load", "Served", "Memory", "Ready for", "Last failure");
        foreach (var shard in pool.Shards)
        {
            if (Size(shard) is { } size)
                AnsiConsole.WriteLine($"  {shard.Silo}: {size}");
            if (shard.Reason is { } reason)
                AnsiConsole.WriteLine($"  {shard.Silo}: {TerminalText.Escape(reason)}");
            foreach (var worker in shard.Workers)
            {
                table.AddRow(
                    new Text(worker.Id),
                    new Text($"{worker.Pid}"),
                    new Text(State(worker)),
                    new Text($"{worker.Load}/{worker.Capacity}"),
                    new Text($"{worker.Served}"),
                    new Text($"{worker.MemoryMb:0} MB"),
                    new Text($"{worker.AgeSeconds:0} s"),
                    new Text(TerminalText.Escape(worker.LastFailure?.Split('\n')[0] ?? "")));
            }
        }

        AnsiConsole.Write(table);
        foreach (var worker in pool.Shards.SelectMany(shard => shard.Workers).Where(worker => worker.LastFailure?.Contains('\n') == true))
            AnsiConsole.WriteLine($"{worker.Id}: {TerminalText.Escape(worker.LastFailure!)}\n");
    }

    /// <summary>What is to be said about the number of its workers; null when it is the configured one.</summary>
    private static string? Size(ShardDocument shard) => shard switch
    {
        { SizeSource: SizeSource.Auto, PoolSize: 0 } => $"asleep until a call comes (0 to {shard.MaxSize} workers by load)",
        { SizeSource: SizeSource.Auto } => $"{shard.PoolSize} workers by load ({shard.MinSize} to {shard.MaxSize})",
        { SizeSource: SizeSource.Scaled, MaxSize: { } most } =>
            $"scaled to {shard.PoolSize} workers (by load {shard.MinSize} to {most}, after 'snakepit scale --reset')",
        { SizeSource: SizeSource.Scaled } => $"scaled to {shard.PoolSize} workers (PoolSize is {shard.ConfiguredSize})",
        _ => null,
    };

    /// <summary>What a worker does, in words for a table.</summary>
    internal static string State(WorkerDocument worker) =>
        worker.Tainted ? $"{worker.State}, tainted"
        : worker is { RecycleDue: { } reason, State: WorkerState.Ready } ? $"{worker.State}, due ({reason})"
        : $"{worker.State}";
}
