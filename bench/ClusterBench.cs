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

    public static async Task<ClusterReport> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var silos = new List<SiloProcess>();
        try
        {
            var rates = new List<double>();
            for (var count = 1; count <= 3; count++)
            {
                silos.Add(await StartAsync(silos, cancellationToken));
                rates.Add(await RateAsync(silos, duration, cancellationToken));
                await Console.Error.WriteLineAsync($"{count} silos: {rates[^1]:0} calls/s");
            }

            var (near, other) = await DistanceAsync(silos, duration, cancellationToken);
            var plain = await KillAsync(silos, duration, isIdempotent: false, cancellationToken);
            await silos[2].DisposeAsync();
            silos.RemoveAt(2);
            silos.Add(await StartAsync(silos, cancellationToken));
            var idempotent = await KillAsync(silos, duration, isIdempotent: true, cancellationToken);
            return new ClusterReport(rates, near, other, plain, idempotent);
        }
        finally
        {
            silos.Reverse(); // the one that keeps the membership last
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    private static Task<SiloProcess> StartAsync(List<SiloProcess> silos, CancellationToken cancellationToken) =>
        SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken, primary: silos.FirstOrDefault());

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
    private static async Task<(double Near, double Other)> DistanceAsync(
        List<SiloProcess> silos, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var other = await SiloProcess.StartAsync(1, capacity: 1, cancellationToken, primary: silos[0], pool: "other");
        await using var near = await SiloProcess.StartAsync(1, capacity: 1, cancellationToken, primary: silos[0], pool: "near");
        using var http = new HttpClient { BaseAddress = near.Url };
        var body = "{\"text\":\"x\"}"u8.ToArray();
        await Load.WarmAsync(() => PostAsync("other"), 4, Warm);
        await Load.WarmAsync(() => PostAsync("near"), 4, Warm);
        var measured = await Load.CompareAsync(
            [new Contender(() => PostAsync("near"), []), new Contender(() => PostAsync("other"), [])], concurrency: 1, duration);
        return (measured[0].P50Microseconds, measured[1].P50Microseconds);

        async Task PostAsync(string pool)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using var response = await http.PostAsync(new Uri($"v1/pools/{pool}/tools/echo", UriKind.Relative), content, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>kill -9 of the third silo under a load that keeps all three busy.</summary>
    /// <param name="silos">Three.</param>
    /// <param name="duration">How long the load is measured before.</param>
    /// <param name="isIdempotent">Whether the calls may run twice, so that the client tries them again elsewhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private static async Task<KilledSilo> KillAsync(
        List<SiloProcess> silos, TimeSpan duration, bool isIdempotent, CancellationToken cancellationToken)
    {
        using var host = await CallBench.ConnectAsync(silos[0], cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();
        await UntilShardsAsync(client, silos.Count, cancellationToken);
        var options = new ToolCallOptions { Idempotent = isIdempotent };
        var callers = silos.Count * Workers * CallersPerWorker;
        var (done, failed) = (new ConcurrentQueue<long>(), new ConcurrentQueue<long>());
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.ExecuteAsync("work", Arguments, options);
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
        return new KilledSilo(before, callers, failed.Count, silence, (last + 1) * Window);
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
