using System.Diagnostics;

namespace Snakepit.Bench;

/// <summary>What one cell of the table measured.</summary>
internal sealed record Measurement(double CallsPerSecond, double P50Microseconds, double P99Microseconds, double CpuMicrosecondsPerCall);

/// <summary>One way of doing a call, and the processes that it keeps busy.</summary>
internal sealed record Contender(Func<Task> Call, IReadOnlyList<int> Processes);

/// <summary>Keeps a number of callers busy for a while and measures every call.</summary>
internal static class Load
{
    private const int Turns = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.4);

    /// <summary>Runs a load without keeping what it measures, so that compilers on both sides are done with the code.</summary>
    public static Task WarmAsync(Func<Task> call, int concurrency, TimeSpan duration) => DriveAsync(call, concurrency, duration);

    /// <summary>
    /// Measures several ways of doing the same, each for the whole duration, but in turns: processors change their speed and
    /// hosts their mood within seconds, and what is compared must have had the same of both.
    /// </summary>
    public static async Task<Measurement[]> CompareAsync(IReadOnlyList<Contender> contenders, int concurrency, TimeSpan duration)
    {
        var takings = contenders.Select(_ => new Takings()).ToArray();
        for (var turn = 0; turn < Turns; turn++)
        {
            for (var i = 0; i < contenders.Count; i++)
                await takings[i].AddAsync(contenders[i], concurrency, duration / Turns);
        }

        return [.. takings.Select(taking => taking.Sum())];
    }

    private sealed class Takings
    {
        private readonly List<double> _latencies = [];
        private TimeSpan _elapsed;
        private TimeSpan _cpu;

        public async Task AddAsync(Contender contender, int concurrency, TimeSpan duration)
        {
            await DriveAsync(contender.Call, concurrency, WarmUp);
            var cpu = ProcessTree.CpuTime(contender.Processes);
            var clock = Stopwatch.StartNew();
            var latencies = await DriveAsync(contender.Call, concurrency, duration);
            _elapsed += clock.Elapsed;
            _cpu += ProcessTree.CpuTime(contender.Processes) - cpu;
            _latencies.AddRange(latencies);
        }

        public Measurement Sum()
        {
            _latencies.Sort();
            return new Measurement(
                _latencies.Count / _elapsed.TotalSeconds,
                Percentile(_latencies, 0.50),
                Percentile(_latencies, 0.99),
                _cpu.TotalMicroseconds / _latencies.Count);
        }
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
