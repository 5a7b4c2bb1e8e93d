using System.Globalization;

namespace Snakepit.Bench;

/// <summary>
/// The goals' cells, measured several times; their medians are a row of the table of published runs in <c>docs/benchmark.md</c>. One run
/// says little about a goal that depends on how fast a host wakes threads.
/// </summary>
internal static class PublishedRuns
{
    public const string Heading = "## Published runs";

    private const string Columns = "| machine | runs | raw p50, µs | lone call: p50 to raw | 16 callers: rate to raw "
        + "| 4 in flight: rate to raw | co-hosted lone call: p50 to raw |";

    public static async Task RunAsync(int count, TimeSpan seconds, string? file, CancellationToken cancellationToken)
    {
        var reports = new List<Report>();
        for (var run = 1; run <= count; run++)
        {
            await Console.Error.WriteLineAsync($"Run {run} of {count}");
            var report = new Report();
            await CallBench.RunAsync(report, seconds, quick: true, cancellationToken);
            reports.Add(report);
        }

        var row = Row(reports);
        Console.WriteLine(Columns);
        Console.WriteLine(row);
        if (file is not null)
            await File.WriteAllTextAsync(file, Append(await File.ReadAllTextAsync(file, cancellationToken), row), cancellationToken);
    }

    /// <summary>What other commands have written at the end of a page, to be kept when it is written anew; empty for nothing.</summary>
    public static string KeptOf(string file)
    {
        var page = File.Exists(file) ? File.ReadAllText(file) : "";
        var start = page.IndexOf(ClusterReport.Heading, StringComparison.Ordinal);
        if (start < 0)
            start = page.IndexOf(Heading, StringComparison.Ordinal);
        return start < 0 ? "" : page[start..];
    }

    private static string Row(List<Report> reports)
    {
        double Median(Func<Report, double> value) => reports.Select(value).Order().ElementAt(reports.Count / 2);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Report.Machine()} | {reports.Count} | {Median(report => report.Lone.Raw.P50Microseconds):0} "
            + $"| {Median(report => report.LoneRatio):0.00} "
            + $"| {Median(report => report.SixteenRatio):0.00} | {Median(report => report.FourRatio):0.00} "
            + $"| {Median(report => report.CoHostedRatio):0.00} |");
    }

    private static string Append(string page, string row) => page.Contains(Heading, StringComparison.Ordinal)
        ? $"{page.TrimEnd()}\n{row}\n"
        : $"{page.TrimEnd()}\n\n{Heading}\n\n"
            + "Medians, one row for each machine and version (`./snakepit bench runs --append docs/benchmark.md`).\n\n"
            + $"{Columns}\n|---|--:|--:|--:|--:|--:|--:|\n{row}\n";
}
