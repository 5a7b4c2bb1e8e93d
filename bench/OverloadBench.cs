using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Errors;

namespace Snakepit.Bench;

/// <summary>
/// Many times more calls than workers can do, each with a deadline: what gets done, how fast the rest is turned away, and how
/// soon all is normal afterwards.
/// </summary>
internal static class OverloadBench
{
    private const int Workers = 4;
    private const int Times = 10;
    private const double ServiceSeconds = 0.01;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Calibration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(TimeSpan duration, string? plot, CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken, maxQueueSize: 1000);
        using var host = await CallBench.ConnectAsync(silo, cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();

        var peak = await PeakAsync(client);
        Console.WriteLine(
            $"Peak with as many callers as workers: {peak:0} calls/s ({Workers} workers, {ServiceSeconds * 1000:0} ms a call).");

        var seconds = new ConcurrentDictionary<int, Second>();
        var memory = new List<long>();
        var clock = Stopwatch.StartNew();
        var calls = new ConcurrentBag<Task>();
        var (sent, total, rate) = (0, duration + Recovery, peak * Times);
        while (clock.Elapsed < total)
        {
            // Open loop: calls come when they come, whether or not earlier ones have ended. After the flood, half of the peak.
            var due = clock.Elapsed < duration
                ? clock.Elapsed.TotalSeconds * rate
                : (duration.TotalSeconds * rate) + ((clock.Elapsed - duration).TotalSeconds * peak / 2);
            for (; sent < due; sent++)
                calls.Add(CallAsync(client, clock, seconds));
            if (memory.Count < (int)clock.Elapsed.TotalSeconds)
                memory.Add(Process.GetProcessById(silo.Pid).WorkingSet64);
            await Task.Delay(1, cancellationToken);
        }

        await Task.WhenAll(calls);
        Say(seconds, memory, peak, duration);
        if (plot is not null)
            await File.WriteAllTextAsync(plot, Plot(seconds, peak, duration), cancellationToken);
        await host.StopAsync(cancellationToken);
    }

    private static async Task<double> PeakAsync(ISnakepitClient client)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Workers * 2).Select(async _ =>
        {
            var count = 0;
            for (; clock.Elapsed < Calibration; count++)
                await client.ExecuteAsync("work", new { seconds = ServiceSeconds });
            return count;
        }));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task CallAsync(ISnakepitClient client, Stopwatch clock, ConcurrentDictionary<int, Second> seconds)
    {
        var began = clock.Elapsed;
        SnakepitErrorCode? code = null;
        try
        {
            await client.ExecuteAsync("work", new { seconds = ServiceSeconds }, new ToolCallOptions { Timeout = Deadline });
        }
        catch (SnakepitException error)
        {
            code = error.Code;
        }

        var took = clock.Elapsed - began;
        var second = seconds.GetOrAdd((int)clock.Elapsed.TotalSeconds, static _ => new Second());
        lock (second)
            second.Add(code, took);
    }

    private static void Say(ConcurrentDictionary<int, Second> seconds, List<long> memory, double peak, TimeSpan duration)
    {
        var flood = seconds.Where(pair => pair.Key >= 1 && pair.Key < (int)duration.TotalSeconds).Select(pair => pair.Value).ToList();
        var after = seconds.Where(pair => pair.Key >= (int)duration.TotalSeconds + 2).Select(pair => pair.Value).ToList();
        var good = flood.Sum(second => second.Good.Count) / (double)flood.Count;
        var latencies = flood.SelectMany(second => second.Good).Order().ToList();
        var rejections = flood.SelectMany(second => second.Rejected).Order().ToList();
        var expired = flood.Sum(second => second.Expired);
        var overdue = flood.Sum(second => second.Overdue);
        var other = flood.Sum(second => second.Other);
        var (first, most, last) = (memory.First() >> 20, memory.Max() >> 20, memory.Last() >> 20);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Times}-fold overload for {duration.TotalSeconds:0} s, deadline {Deadline.TotalSeconds:0} s:
            goodput {good:0} calls/s, {good / peak:P0} of the peak (goal: 90 %)
            answered in time: {Percentiles(latencies, "0")} (goal: under {Deadline.TotalMilliseconds:0} ms)
            rejected: {rejections.Count}, {Percentiles(rejections, "0.0")} (goal: under 5 ms)
            expired in the queue: {expired}, begun and not finished: {overdue}, other errors: {other}
            memory of the silo: {first} MB in the first second, {most} MB at most, {last} MB at the end
            from 2 s after the flood on: {after.Sum(second => second.Good.Count)} good, {after.Sum(second => second.Bad)} not
            """));
    }

    private static string Percentiles(List<TimeSpan> sorted, string format)
    {
        string Text(double share) => Milliseconds(sorted, share).ToString(format, CultureInfo.InvariantCulture);
        return $"p50 {Text(0.5)} ms, p99 {Text(0.99)} ms";
    }

    private static double Milliseconds(List<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))].TotalMilliseconds;

    /// <summary>Goodput and rejections by second, as a picture without any library.</summary>
    private static string Plot(ConcurrentDictionary<int, Second> seconds, double peak, TimeSpan duration)
    {
        const int Width = 860, Height = 300, Left = 60, Bottom = 40, Top = 20;
        var last = seconds.Keys.Max();
        var highest = Math.Max(peak, seconds.Values.Max(second => second.Good.Count)) * 1.15;
        double X(double second) => Left + (second / (last + 1) * (Width - Left - 10));
        double Y(double rate) => Height - Bottom - (rate / highest * (Height - Bottom - Top));
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/><rect x=\"{X(0):0}\" y=\"{Top}\" "
            + $"width=\"{X(duration.TotalSeconds) - X(0):0}\" height=\"{Height - Bottom - Top}\" fill=\"#f6e9e2\"/>");
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{Left}\" x2=\"{Width - 10}\" y1=\"{Y(peak):0}\" y2=\"{Y(peak):0}\" stroke=\"#888\" stroke-dasharray=\"4 4\"/>"
            + $"<text x=\"{Left + 4}\" y=\"{Y(peak) - 5:0}\" fill=\"#555\">peak {peak:0}/s</text>");
        var points = string.Join(' ', Enumerable.Range(0, last + 1).Select(second => string.Create(
            CultureInfo.InvariantCulture,
            $"{X(second + 0.5):0.0},{Y(seconds.TryGetValue(second, out var value) ? value.Good.Count : 0):0.0}")));
        svg.AppendLine(
            CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"#0f5c56\" stroke-width=\"2\"/>");
        for (var second = 0; second <= last; second += 10)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(second):0}\" y=\"{Height - 20}\" text-anchor=\"middle\" fill=\"#555\">{second} s</text>");
        }

        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left - 8}\" y=\"{Y(0):0}\" text-anchor=\"end\" fill=\"#555\">0</text>"
            + $"<text x=\"{X(duration.TotalSeconds / 2):0}\" y=\"{Height - 6}\" text-anchor=\"middle\" fill=\"#555\">"
            + $"calls answered in time per second; shaded: {Times} times the peak is offered, afterwards half of it</text>");
        return svg.AppendLine("</svg>").ToString();
    }

    private sealed class Second
    {
        public List<TimeSpan> Good { get; } = [];

        public List<TimeSpan> Rejected { get; } = [];

        public int Expired { get; private set; }

        public int Overdue { get; private set; }

        public int Other { get; private set; }

        public int Bad => Rejected.Count + Expired + Overdue + Other;

        public void Add(SnakepitErrorCode? code, TimeSpan took)
        {
            switch (code)
            {
                case null:
                    Good.Add(took);
                    break;
                case SnakepitErrorCode.QueueFull:
                    Rejected.Add(took);
                    break;
                case SnakepitErrorCode.QueueTimeout:
                    Expired++;
                    break;
                case SnakepitErrorCode.ExecutionTimeout or SnakepitErrorCode.DeadlineExceeded:
                    Overdue++;
                    break;
                default:
                    Other++;
                    break;
            }
        }
    }
}
