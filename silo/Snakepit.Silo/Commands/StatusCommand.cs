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
    /// <summary>Shortest and longest pause of <c>--watch</c>, in seconds.</summary>
    private const double Shortest = 0.2, Longest = 3600;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the status document; with --watch one a line" };
        var output = new Option<bool>("--output") { Description = "With the last lines of output of workers that failed" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again and again until Ctrl-C" };
        var interval = new Option<double>("--interval")
        {
            Description = "Seconds between two looks of --watch",
            DefaultValueFactory = _ => 2,
            HelpName = "SECONDS",
        };
        interval.Between(Shortest, Longest, " seconds");
        var command = new Command("status", "Show pools and workers of a running silo and its cluster.") { json, output, watch, interval };
        var silo = new SiloConnection(command);
        Examples.Add(
            command,
            ("snakepit status", "pools and workers of all silos"),
            ("snakepit status --watch --interval 5", "again every 5 s; without a terminal one block after the other"),
            ("snakepit status --output", "with what failed workers have printed last"),
            ("snakepit status --json | jq '.pools[].queued'", "for a program"));
        command.SetAction((result, cancellationToken) => silo.TalkAsync(result, http =>
        {
            Task<string> AskAsync(CancellationToken stop) =>
                SiloHttp.GetAsync(http, result.GetValue(output) ? "v1/status?output=true" : "v1/status", stop);
            return result.GetValue(watch)
                ? Watching.RunAsync(
                    AskAsync, Show, TimeSpan.FromSeconds(result.GetValue(interval)), result.GetValue(json), cancellationToken)
                : ShowAsync(() => AskAsync(cancellationToken), result.GetValue(json));
        }));
        return command;
    }

    private static async Task<int> ShowAsync(Func<Task<string>> ask, bool json)
    {
        var text = await ask();
        if (json)
        {
            await Terminal.WriteLineAsync(text);
            return ExitCodes.Ok;
        }

        CommandTable.FitOutput();
        Show(text, AnsiConsole.Console);
        return ExitCodes.Ok;
    }

    private static void Show(string document, IAnsiConsole console)
    {
        var status = JsonSerializer.Deserialize<StatusDocument>(document, StatusDocument.Json)!;
        foreach (var pool in status.Pools)
            Show(pool, console);
        if (status.DatabaseProblemSeconds is { } seconds)
            console.WriteLine(CommandTable.NoDatabase(status.Silo, status.DatabaseProblem, seconds));
    }

    private static void Show(PoolDocument pool, IAnsiConsole console)
    {
        var profile = pool.Profile.ToString().ToLowerInvariant();
        if (pool.Shards.Length == 0 && pool.SilentSilos.Length == 0)
        {
            console.WriteLine($"Pool: {pool.Name} ({profile}): no silo has the roles for it (Silos:Roles)\n");
            return;
        }

        // The first five lines are those of the Elixir system's status.
        console.WriteLine(
            $"Pool: {pool.Name} ({profile})\nWorkers: {pool.Shards.Sum(shard => shard.Workers.Count(worker => worker.Pid != 0))}\n"
            + $"Queued: {pool.Queued}\nRequests: {pool.Requests}\nErrors: {pool.Errors}\n"
            + $"State: {pool.State}  Running: {pool.Running}  Streams: {pool.Streams}  Sessions: {pool.Sessions}  "
            + $"Cancelled: {pool.Cancelled}  Queue timeouts: {pool.QueueTimeouts}  Saturated: {pool.PoolSaturated}  "
            + $"Late replies: {pool.LateReplies}  Crashes: {pool.WorkerDeaths}  Recycled: {pool.Recycled}  Moved: {pool.Moved}");
        if (pool.SilentSilos.Length > 0)
            console.WriteLine(CommandTable.Silent(pool.SilentSilos));
        var table = CommandTable.Of("Worker", "Pid", "State", "Load", "Served", "Memory", "Ready for", "Last failure");
        foreach (var shard in pool.Shards)
        {
            if (Size(shard) is { } size)
                console.WriteLine($"{shard.Silo}: {size}");
            if (shard.Reason is { } reason)
                console.WriteLine($"{shard.Silo}: {TerminalText.Escape(reason)}");
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

        console.Write(table);
        foreach (var worker in pool.Shards.SelectMany(shard => shard.Workers).Where(worker => worker.LastFailure?.Contains('\n') == true))
            console.WriteLine($"{worker.Id}: {TerminalText.Escape(worker.LastFailure!)}\n");
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
