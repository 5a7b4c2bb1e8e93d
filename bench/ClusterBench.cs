using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Bench;

/// <summary>What more silos bring, what a call to another silo costs, and how long the death of one is felt.</summary>
internal static class ClusterBench
{
    private const int Workers = 8;

    /// <summary>For each worker, so that none is ever idle.</summary>
    private const int CallersPerWorker = 2;

    private static readonly object Arguments = new { seconds = 0.02 };
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var silos = new List<SiloProcess>();
        try
        {
            var rates = new List<double>();
            for (var count = 1; count <= 3; count++)
            {
                silos.Add(await SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken, primary: silos.FirstOrDefault()));
                rates.Add(await RateAsync(silos, duration, cancellationToken));
                Console.WriteLine(
                    $"{count} silos of {Workers} workers, a tool that waits 20 ms: {rates[^1]:0} calls/s, "
                    + $"{rates[^1] / rates[0]:0.00} times one.");
            }

            await DistanceAsync(silos, duration, cancellationToken);
            await KillAsync(silos, duration, cancellationToken);
        }
        finally
        {
            silos.Reverse(); // the one that keeps the membership last
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    private static async Task<double> RateAsync(List<SiloProcess> silos, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var host = await CallBench.ConnectAsync(silos[0], cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();
        await UntilShardsAsync(client, silos.Count, cancellationToken);
        var callers = silos.Count * Workers * CallersPerWorker;
        await Load.WarmAsync(() => Work(client), callers, Warm);
        var measured = await Load.CompareAsync([new Contender(() => Work(client), [])], callers, duration);
        await host.StopAsync(cancellationToken);
        return measured[0].CallsPerSecond;
    }

    /// <summary>A lone call by the HTTP of a silo to a pool of its own, beside one to a pool that only another silo has.</summary>
    private static async Task DistanceAsync(List<SiloProcess> silos, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var other = await SiloProcess.StartAsync(1, capacity: 1, cancellationToken, primary: silos[0], pool: "other");
        await using var near = await SiloProcess.StartAsync(1, capacity: 1, cancellationToken, primary: silos[0], pool: "near");
        using var http = new HttpClient { BaseAddress = near.Url };
        var body = "{\"text\":\"x\"}"u8.ToArray();
        await Load.WarmAsync(() => PostAsync("other"), 4, Warm);
        await Load.WarmAsync(() => PostAsync("near"), 4, Warm);
        var measured = await Load.CompareAsync(
            [new Contender(() => PostAsync("near"), []), new Contender(() => PostAsync("other"), [])], concurrency: 1, duration);
        Console.WriteLine(
            $"A lone call over HTTP: {measured[0].P50Microseconds:0} µs on the own silo, {measured[1].P50Microseconds:0} µs on another, "
            + $"{measured[1].P50Microseconds / measured[0].P50Microseconds:0.00} times as long (medians).");

        async Task PostAsync(string pool)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var response = await http.PostAsync(new Uri($"v1/pools/{pool}/tools/echo", UriKind.Relative), content, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>kill -9 of the third silo under a load that keeps all three busy.</summary>
    private static async Task KillAsync(List<SiloProcess> silos, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var host = await CallBench.ConnectAsync(silos[0], cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();
        var (done, failed) = (new ConcurrentQueue<long>(), new ConcurrentQueue<long>());
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, silos.Count * Workers * CallersPerWorker).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await Work(client);
                    done.Enqueue(Stopwatch.GetTimestamp());
                }
                catch (SnakepitException)
                {
                    failed.Enqueue(Stopwatch.GetTimestamp());
                }
            }
        })));
        await Task.Delay(Warm, cancellationToken);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(duration, cancellationToken);
        var killed = Stopwatch.GetTimestamp();
        silos[2].Kill();
        await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
        await stop.CancelAsync();
        await load;
        await host.StopAsync(cancellationToken);

        var before = done.Count(at => at >= began && at < killed) / Stopwatch.GetElapsedTime(began, killed).TotalSeconds;
        var rest = before * 2 / 3;
        var after = done.Where(at => at >= killed).ToLookup(at => (int)(Stopwatch.GetElapsedTime(killed, at) / Window));
        var last = Enumerable.Range(0, after.Max(window => window.Key))
            .LastOrDefault(window => after[window].Count() / Window.TotalSeconds < 0.9 * rest, -1);
        var silence = failed.IsEmpty ? TimeSpan.Zero : Stopwatch.GetElapsedTime(killed, failed.Max());
        Console.WriteLine(
            $"kill -9 of one of three silos at {before:0} calls/s: {failed.Count} calls failed, the last after "
            + $"{silence.TotalSeconds:0.0} s; the other two have 90 % of their share of {rest:0} calls/s from "
            + $"{(last + 1) * Window.TotalSeconds:0.00} s on.");
    }

    private static Task Work(ISnakepitClient client) => client.ExecuteAsync("work", Arguments);

    private static async Task UntilShardsAsync(ISnakepitClient client, int count, CancellationToken cancellationToken)
    {
        while ((await client.GetPoolStatusAsync(cancellationToken: cancellationToken)).Shards.Count(
            shard => shard.State == PoolState.Ready) != count)
            await Task.Delay(50, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken); // the client's own view is renewed each second
    }
}
