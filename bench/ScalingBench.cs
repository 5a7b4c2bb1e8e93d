using System.Diagnostics;
using System.Runtime.Versioning;
using Snakepit.Client;
using Snakepit.Client.Routing;
using Snakepit.Identity;
using Snakepit.Launcher;
using Snakepit.Pools;

namespace Snakepit.Bench;

/// <summary>
/// What one pool's grain, one database, one frontend and one silo see in clusters of two sizes. Everything is the program's own code, in
/// this process, except for the Python workers.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ScalingBench(int small, int large, int frontends, TimeSpan window)
{
    private const int ServerConnections = 1500;

    /// <summary>A frontend's calls to one pool, each after the answer to the one before and this pause.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Until what silos and frontends do once after their start is done.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    private readonly GrowthTable _table = new(small, large);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var programs = ThrowAwayPostgres.FindPrograms()
            ?? throw new InvalidOperationException("PostgreSQL's programs are missing: install Debian's package 'postgresql'.");
        // A hundred silos start in one process here; what blocks in one of them must not hold up the others.
        ThreadPool.SetMinThreads(large, large);
        foreach (var silos in new[] { small, large })
        {
            await using var server = await ThrowAwayPostgres.StartAsync(programs, ServerConnections, cancellationToken);
            using var meter = new ClusterMeter(SiloCrowd.Pools[0]);
            await using var crowd = new SiloCrowd(server.Connection, meter);
            await crowd.GrowAsync(silos, cancellationToken);
            await MeasureSilosAsync(crowd, meter, silos, cancellationToken);
            await MeasureFrontendsAsync(crowd, meter, silos, cancellationToken);
            await MeasureEventsAsync(crowd, meter, silos, cancellationToken);
        }

        Console.WriteLine(
            $"Machine: {Report.Machine()}. {SiloCrowd.Pools.Length} pools on each silo, {frontends} frontends that call each pool about "
            + $"{1 / Pause.TotalSeconds:0} times a second, windows of {window.TotalSeconds:0} s.");
        foreach (var line in _table.Lines())
            Console.WriteLine(line);
    }

    private async Task MeasureSilosAsync(SiloCrowd crowd, ClusterMeter meter, int silos, CancellationToken cancellationToken)
    {
        await Task.Delay(Settle, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var began = process.TotalProcessorTime;
        var seen = await WindowAsync(meter, cancellationToken);
        process.Refresh();
        var cpu = process.TotalProcessorTime - began;
        var (between, _, database) = crowd.Connections();

        const string pulse = nameof(IPoolGrain.AnnounceAsync);
        Add("a pool's grain", "pulses /s", Growth.Linear, PerSecond(seen[ClusterMeter.Watched(pulse)]));
        Add("a pool's grain", "a pulse and its answer, bytes", Growth.None, seen.Mean(pulse, "bytes", "samples"));
        Add("a pool's grain", "its turn for a pulse, µs", Growth.None, seen.Mean(pulse, "ns") / 1000);
        Add("the database", "statements \"I am alive\" /s", Growth.Linear, PerSecond(seen["sql alive"]));
        Add("the database", "reads of all members /s", Growth.Linear, PerSecond(seen["sql members"]));
        Add("the database", "other statements /s", Growth.Linear, PerSecond(seen["sql other"]));
        Add("the database", "KB to the silos /s", Growth.Square, PerSecond(seen[ClusterMeter.DatabaseRead]) / 1000);
        Add("the database", "KB from the silos /s", Growth.Linear, PerSecond(seen[ClusterMeter.DatabaseWritten]) / 1000);
        Add("the database", $"connections of silos, {SiloCrowd.DatabaseConnections} each at most", Growth.Linear, database);
        Add("a silo", "reports of its load to other silos /s", Growth.Linear, PerSecond(seen["UpdateRuntimeStatistics"]) / silos);
        Add("a silo", "probes /s", Growth.None, PerSecond(seen[ClusterMeter.Probes]) / silos);
        Add("a silo", "all messages that it sends /s", Growth.Linear, PerSecond(seen[$"{ClusterMeter.Messages} count"]) / silos);
        Add("a silo", "their KB /s", Growth.Linear, PerSecond(seen[ClusterMeter.Messages]) / 1000 / silos);
        Add("a silo", "connections with other silos", Growth.Linear, 2.0 * between / silos);
        Add("a silo", "processor without calls, ms /s", Growth.Unknown, PerSecond(cpu.TotalMilliseconds) / silos);
        Add("a silo", "memory in one process with the others, MB", Growth.Unknown, process.WorkingSet64 / 1e6 / silos);
    }

    private async Task MeasureFrontendsAsync(SiloCrowd crowd, ClusterMeter meter, int silos, CancellationToken cancellationToken)
    {
        await crowd.ConnectAsync(frontends, cancellationToken);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(crowd.Clients.SelectMany(client => SiloCrowd.Pools.Select(async pool =>
        {
            while (!stop.IsCancellationRequested)
            {
                await client.ExecuteAsync("echo", new { }, new ToolCallOptions { Pool = pool });
                await Task.Delay(Pause, cancellationToken);
            }
        })));
        await Task.Delay(Settle, cancellationToken);
        var seen = await WindowAsync(meter, cancellationToken);
        var (_, gateways, _) = crowd.Connections();
        await stop.CancelAsync();
        await load;

        const string view = nameof(IPoolGrain.GetViewAsync);
        var views = PerSecond(seen[ClusterMeter.Watched(view)]) / frontends;
        var bytes = seen.Mean(view, "bytes", "samples");
        Add("a pool's grain", "a view, bytes", Growth.Linear, bytes);
        Add("a pool's grain", "its turn for a view and writing it, µs", Growth.Linear,
            (seen.Mean(view, "ns") + seen.Mean(view, "written ns", "samples")) / 1000);
        Add("a frontend", "views of one pool /s", Growth.None, views);
        Add("a frontend", "KB of them /s", Growth.Linear, views * bytes / 1000);
        Add("a frontend", "lists of gateways from the database /s", Growth.None, PerSecond(seen["sql gateways"]) / frontends);
        Add("a frontend", "connections to gateways", Growth.Linear, (double)gateways / frontends);
        Add("a frontend", "choosing a shard, µs", Growth.Linear, Choose(silos, session: null));
        Add("a frontend", "choosing the shard of a session, µs", Growth.Linear, Choose(silos, session: "session"));
    }

    /// <summary>What happens once: messages to shards, on all silos together.</summary>
    private async Task MeasureEventsAsync(SiloCrowd crowd, ClusterMeter meter, int silos, CancellationToken cancellationToken)
    {
        var client = crowd.Clients[0];
        var pool = SiloCrowd.Pools[0];
        var asked = await EventAsync(meter, () => client.GetPoolStatusAsync(pool, cancellationToken), cancellationToken);
        Add("all shards", "messages for one status of a pool", Growth.Linear, asked[nameof(IPoolShardGrain.GetReportAsync)]);
        Add("all shards", "that status, KB", Growth.Linear, asked.Mean(nameof(IPoolGrain.GetStatusAsync), "bytes", "samples") / 1000);
        var moved = await EventAsync(
            meter,
            () => client.ExecuteAsync("echo", new { }, new ToolCallOptions { Pool = pool, SessionId = $"of-{silos}" }),
            cancellationToken);
        Add("all shards", "messages for a new session", Growth.Linear, moved[nameof(IPoolShardGrain.ForgetSessionAsync)]);
        var left = await EventAsync(meter, crowd.EndFrontendAsync, cancellationToken);
        Add("all shards", "messages when a frontend leaves", Growth.Square, left[nameof(IPoolShardGrain.ProbeReadersAsync)]);
        var joined = await EventAsync(meter, () => crowd.GrowAsync(silos + 1, cancellationToken), cancellationToken);
        Add("the database", "when a silo joins: reads of all members", Growth.Linear, joined["sql members"]);
        Add("the database", "when a silo joins: reads of reminders", Growth.Linear, joined["sql reminders"]);
    }

    private static async Task<MeterReading> EventAsync(ClusterMeter meter, Func<Task> act, CancellationToken cancellationToken)
    {
        var before = meter.Read();
        await act();
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        return meter.Read() - before;
    }

    /// <summary>The client's own choice among shards without load, in µs; the median of some rounds.</summary>
    private static double Choose(int silos, string? session)
    {
        var shards = Enumerable.Range(0, silos)
            .Select(number => new ShardView(
                new ShardId("pool", $"silo-{number:000}"), new Incarnation($"10.0.0.{number}:11111", 1), PoolState.Ready, 0, 2))
            .ToArray();
        const int rounds = 41, times = 1000;
        var taken = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
                ShardChoice.Pick(shards, new ShardWish { Session = session }, static _ => 0, Random.Shared.Next);
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds / times);
        }

        return taken.Order().ElementAt(rounds / 2);
    }

    private async Task<MeterReading> WindowAsync(ClusterMeter meter, CancellationToken cancellationToken)
    {
        var before = meter.Read();
        await Task.Delay(window, cancellationToken);
        return meter.Read() - before;
    }

    private double PerSecond(double total) => total / window.TotalSeconds;

    private void Add(string seen, string what, Growth growth, double value)
    {
        Console.Error.WriteLine($"{seen}, {what}: {value:0.###}");
        _table.Add(seen, what, growth, value);
    }
}
