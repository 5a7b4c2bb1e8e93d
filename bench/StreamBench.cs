using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;

namespace Snakepit.Bench;

/// <summary>Streams through the client: how many items a second, and how long the first one takes.</summary>
internal static class StreamBench
{
    private static readonly (string Name, int Bytes)[] Sizes = [("10 B", 10), ("1 KB", 1000), ("100 KB", 100_000)];

    private const int FirstItems = 2000;

    public static async Task RunAsync(int items, CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync(workers: 1, capacity: 1, cancellationToken);
        using var host = await CallBench.ConnectAsync(silo, cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();
        await ReadAsync(client, items / 4, 10, cancellationToken); // compilers on both sides improve code while it runs
        foreach (var (name, bytes) in Sizes)
        {
            var count = Math.Min(items, 200_000_000 / bytes);
            var clock = Stopwatch.StartNew();
            await ReadAsync(client, count, bytes, cancellationToken);
            Console.WriteLine($"{name}: {count / clock.Elapsed.TotalSeconds:0} items/s");
        }

        var first = new List<double>();
        for (var i = 0; i < FirstItems; i++)
        {
            var clock = Stopwatch.StartNew();
            await foreach (var _ in client.StreamAsync("count", new { to = 1, text = "x" }, cancellationToken: cancellationToken))
                first.Add(clock.Elapsed.TotalMicroseconds);
        }

        first.Sort();
        Console.WriteLine($"first item: p50 {first[first.Count / 2]:0} µs, p99 {first[first.Count * 99 / 100]:0} µs");
        await host.StopAsync(cancellationToken);
    }

    private static async Task ReadAsync(ISnakepitClient client, int count, int bytes, CancellationToken cancellationToken)
    {
        var read = 0;
        var items = client.StreamAsync("count", new { to = count, text = new string('x', bytes) }, cancellationToken: cancellationToken);
        await foreach (var _ in items)
            read++;
        if (read != count)
            throw new InvalidOperationException($"{read} of {count} items came.");
    }
}
