using System.Diagnostics;

namespace Snakepit.Bench;

/// <summary>What one cell of the table measured.</summary>
internal sealed record Measurement(double CallsPerSecond, double P50Microseconds, double P99Microseconds, double CpuMicrosecondsPerCall);

/// <summary>Keeps a number of callers busy for a while and measures every call.</summary>
internal static class Load
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    public static async Task<Measurement> RunAsync(Func<Task> call, int concurrency, TimeSpan duration, IReadOnlyList<int> processes)
    {
        await DriveAsync(call, concurrency, WarmUp);
        var cpu = CpuMeter.Total(processes);
        var clock = Stopwatch.StartNew();
        var latencies = await DriveAsync(call, concurrency, duration);
        var elapsed = clock.Elapsed;
        var used = CpuMeter.Total(processes) - cpu;
        latencies.Sort();
        return new Measurement(
            latencies.Count / elapsed.TotalSeconds,
            Percentile(latencies, 0.50),
            Percentile(latencies, 0.99),
            used.TotalMicroseconds / latencies.Count);
    }

    private static async Task<List<double>> DriveAsync(Func<Task> call, int concurrency, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var callers = Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            var latencies = new List<double>(100_000);
            while (true)
            {
                var began = Stopwatch.GetTimestamp();
                if (began >= end)
                    return latencies;
                await call();
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
        }));
        return [.. (await Task.WhenAll(callers)).SelectMany(list => list)];
    }

    private static double Percentile(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
