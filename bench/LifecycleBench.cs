using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Bench;

/// <summary>How long deaths are felt, and what recycling costs the callers.</summary>
internal static class LifecycleBench
{
    private const int Workers = 8;
    private const int Callers = 16;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(int rounds, TimeSpan seconds, CancellationToken cancellationToken)
    {
        var options = new { CrashBarrier = new { BreakerCrashes = 0 } };
        await using (var silo = await SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken, options: options))
        {
            using var host = await CallBench.ConnectAsync(silo, cancellationToken);
            var client = host.Services.GetRequiredService<ISnakepitClient>();
            await WorkerDeathsAsync(client, rounds, cancellationToken);
            await RecyclingAsync(
                client,
                silo,
                "calls that take 5 ms",
                c => c.ExecuteAsync("work", new { seconds = 0.005 }, cancellationToken: cancellationToken),
                seconds,
                cancellationToken);
            await RecyclingAsync(
                client,
                silo,
                "calls that take nothing, both cores full",
                c => c.ExecuteAsync("echo", new { text = "x" }, cancellationToken: cancellationToken),
                seconds,
                cancellationToken);
            await host.StopAsync(cancellationToken);
        }

        await SiloDeathsAsync(rounds, cancellationToken);
    }

    /// <summary>kill -9 of a worker that has a call: until its caller knows, and until there are as many ready workers as before.</summary>
    private static async Task WorkerDeathsAsync(ISnakepitClient client, int rounds, CancellationToken cancellationToken)
    {
        var (told, restored) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var call = client.ExecuteAsync("work", new { seconds = 30 }, cancellationToken: cancellationToken);
            var taken = await UntilAsync(
                client,
                status => Array.Find(status.Shards[0].Workers, worker => worker is { Load: 1, State: WorkerState.Ready }) is not null,
                cancellationToken);
            var busy = taken.Shards[0].Workers.First(worker => worker.Load == 1);
            var clock = Stopwatch.StartNew();
            Kill(busy.Pid);
            try
            {
                await call;
            }
            catch (SnakepitException error) when (error.Code == SnakepitErrorCode.WorkerExited)
            {
                told.Add(clock.Elapsed.TotalMilliseconds);
            }

            await UntilAsync(
                client,
                status => status.Shards[0].Workers.Count(worker => worker.State == WorkerState.Ready && !worker.Tainted) == Workers,
                cancellationToken);
            restored.Add(clock.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine(
            $"Worker killed with a call, {rounds} times: its caller has the error after {Spread(told)}; "
            + $"capacity is back after {Spread(restored)}.");
    }

    /// <summary>Throughput of a steady load while every worker of the pool is replaced, beside the same load before.</summary>
    private static async Task RecyclingAsync(
        ISnakepitClient client,
        SiloProcess silo,
        string what,
        Func<ISnakepitClient, Task> call,
        TimeSpan seconds,
        CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource();
        var (done, failed) = (0L, 0L);
        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await call(client);
                    Interlocked.Increment(ref done);
                }
                catch (SnakepitException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }));
        await Task.Delay(seconds, cancellationToken); // warm
        var before = await WindowsAsync(() => Interlocked.Read(ref done), () => true, seconds, cancellationToken);
        var recycled = (await client.GetPoolStatusAsync(cancellationToken: cancellationToken)).Shards[0].Counters.Recycled;
        await silo.PostAsync("v1/pools/default/recycle", cancellationToken);
        var finished = false;
        var watch = UntilAsync(
                client, status => status.Shards[0].Counters.Recycled >= recycled + Workers, cancellationToken, pause: 50)
            .ContinueWith(_ => finished = true, TaskScheduler.Default);
        var during = await WindowsAsync(() => Interlocked.Read(ref done), () => !finished, TimeSpan.FromMinutes(5), cancellationToken);
        await watch;
        await stop.CancelAsync();
        await load;
        var usual = before.Average();
        Console.WriteLine(
            $"Recycling all {Workers} workers under {Callers} callers, {what}: {usual:0} calls/s before, {during.Average():0} during "
            + $"({during.Length} windows of {Window.TotalSeconds:0} s, lowest {during.Min():0}): "
            + $"dip {1 - (during.Average() / usual):P0} on average, {1 - (during.Min() / usual):P0} at most "
            + $"(before: {1 - (before.Min() / usual):P0}). Failed calls: {failed}.");
    }

    /// <summary>kill -9 of a silo until the last of its processes is gone.</summary>
    private static async Task SiloDeathsAsync(int rounds, CancellationToken cancellationToken)
    {
        foreach (var (what, tool, arguments) in new (string, string?, object?)[]
        {
            ("idle", null, null),
            ("in a Python loop", "spin", new { seconds = 60 }),
            ("in C code that holds the interpreter", "hold", new { seconds = 60 }),
        })
        {
            var times = new List<double>();
            for (var round = 0; round < Math.Max(1, rounds / 4); round++)
            {
                await using var silo = await SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken);
                if (tool is not null)
                {
                    for (var worker = 0; worker < Workers; worker++)
                        _ = silo.TryPostAsync($"v1/pools/default/tools/{tool}", arguments!);
                    await silo.UntilRunningAsync(Workers, cancellationToken);
                }

                var pids = silo.Descendants();
                var clock = Stopwatch.StartNew();
                Kill(silo.Pid);
                while (pids.Exists(ProcessTree.IsAlive))
                    await Task.Delay(1, cancellationToken);
                times.Add(clock.Elapsed.TotalMilliseconds);
            }

            Console.WriteLine($"Silo killed with {Workers} workers {what}: the last process is gone after {Spread(times)}.");
        }
    }

    private static async Task<double[]> WindowsAsync(Func<long> count, Func<bool> more, TimeSpan limit, CancellationToken cancellationToken)
    {
        var windows = new List<double>();
        var all = Stopwatch.StartNew();
        while (more() && all.Elapsed < limit)
        {
            var (from, clock) = (count(), Stopwatch.StartNew());
            await Task.Delay(Window, cancellationToken);
            windows.Add((count() - from) / clock.Elapsed.TotalSeconds);
        }

        return [.. windows];
    }

    private static async Task<PoolStatus> UntilAsync(
        ISnakepitClient client, Func<PoolStatus, bool> fits, CancellationToken cancellationToken, int pause = 1)
    {
        while (true)
        {
            if (await client.GetPoolStatusAsync(cancellationToken: cancellationToken) is var status && fits(status))
                return status;
            await Task.Delay(pause, cancellationToken);
        }
    }

    private static void Kill(int pid)
    {
        using var kill = Process.Start("kill", ["-KILL", pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static string Spread(List<double> milliseconds)
    {
        milliseconds.Sort();
        return $"{milliseconds[milliseconds.Count / 2]:0} ms (median; longest {milliseconds[^1]:0} ms)";
    }
}
