using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace Snakepit.Bench;

/// <summary>Collects what was measured and says it as tables.</summary>
internal sealed class Report
{
    private static readonly string[] Columns =
    [
        "workers", "payload", "callers", "raw /s", "ours /s", "4 in flight /s", "raw p50", "ours p50", "4 p50", "raw p99", "ours p99",
        "4 p99", "raw CPU", "ours CPU", "4 CPU", "p50 ratio", "rate ratio", "4: rate ratio",
        "co-hosted /s", "co-hosted p50", "co-hosted p99", "co-hosted CPU", "co-hosted: p50 ratio", "co-hosted: rate ratio",
    ];

    public List<Cell> Cells { get; } = [];

    public List<(int Queued, double PerSecond)> Scheduler { get; } = [];

    public List<(TimeSpan Silo, TimeSpan Workers)> Startups { get; } = [];

    /// <summary>Medians of a lone call: between client and shard, between shard and worker, in Python; in µs.</summary>
    public (double Client, double Dispatch, double Python) Stages { get; set; }

    private const int RedirectedWidth = 200;

    public Cell Lone => Find(1);

    /// <summary>The goals' ratios, ours to raw.</summary>
    public double LoneRatio => Lone.Ours.P50Microseconds / Lone.Raw.P50Microseconds;

    public double SixteenRatio => Find(16).Ours.CallsPerSecond / Find(16).Raw.CallsPerSecond;

    public double CoHostedRatio => Lone.CoHosted.P50Microseconds / Lone.Raw.P50Microseconds;

    public double FourRatio => Find(16).OursFour.CallsPerSecond / Find(16).Raw.CallsPerSecond;

    public void Print()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = RedirectedWidth; // else it is cut to 80 columns
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns(Columns);
        foreach (var row in Rows())
            table.AddRow([.. row]);
        AnsiConsole.Write(table);
        Console.WriteLine(
            "Times in µs; CPU per call over all processes, client included. Ratios are ours to raw: p50 lower is better, rates higher.");
        foreach (var line in Facts())
            Console.WriteLine(line);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Benchmark").AppendLine();
        text.AppendLine("Written by `./snakepit bench --output docs/benchmark.md`. Raw is Grpc.Net.Client, unary, to a plain Python gRPC");
        text.AppendLine("server on a unix socket that runs the same tool, one request at a time. Ours is the client library, an Orleans");
        text.AppendLine("silo in a process of its own and its Python workers, with one and with up to four calls in flight on a worker.");
        text.AppendLine("Co-hosted is an application that is the silo itself. All of a row are measured in turns of a fraction of a");
        text.AppendLine("second in one run; read them as ratios.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine()}.").AppendLine();
        foreach (var line in Facts())
            text.AppendLine(CultureInfo.InvariantCulture, $"* {line}");
        text.AppendLine();
        text.AppendLine("Times in µs. CPU is processor time per call over all processes, client included. Ratios are ours to raw: for");
        text.AppendLine("p50 less is better, for rates more.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Columns)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(Columns.Select(_ => "--:|"))}");
        foreach (var row in Rows())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
        text.AppendLine().Append(Goals());
        return text.ToString();
    }

    private IEnumerable<string> Facts()
    {
        foreach (var (queued, perSecond) in Scheduler)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Scheduler alone, {queued} queued: {perSecond / 1e6:0.00} million submit+complete per second on one core.");
        foreach (var (silo, workers) in Startups)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Start: silo answers after {silo.TotalSeconds:0.00} s, 8 workers ready after {workers.TotalSeconds:0.00} s.");
    }

    private string Goals()
    {
        var perSecond = Scheduler.Min(row => row.PerSecond);
        var (silo, workers) = (Startups.Max(row => row.Silo).TotalSeconds, Startups.Max(row => row.Workers).TotalSeconds);
        var isFast = silo <= 3 && Startups.Max(row => row.Workers - row.Silo).TotalSeconds <= 3;
        var coHosted = Verdict(CoHostedRatio <= 0.6);
        return string.Create(CultureInfo.InvariantCulture, $"""
            ## Goals

            | Goal | Measured | |
            |---|--:|---|
            | p50 of a lone call of 100 B, to raw: at most 1.0 | {LoneRatio:0.00} | {Verdict(LoneRatio <= 1)} |
            | rate with 16 callers and one call on the worker, to raw: at least 1.2 | {SixteenRatio:0.00} | {Verdict(SixteenRatio >= 1.2)} |
            | the same with four calls on the worker: at least 1.6 | {FourRatio:0.00} | {Verdict(FourRatio >= 1.6)} |
            | p50 of a lone call from an application that is the silo itself, to raw: at most 0.6 | {CoHostedRatio:0.00} | {coHosted} |
            | scheduler alone: at least 1 million a second | {perSecond / 1e6:0.0} million | {Verdict(perSecond >= 1e6)} |
            | silo answers within 3 s, 8 workers ready within 3 s of that | {silo:0.0} s, {workers:0.0} s | {Verdict(isFast)} |

            Where a lone call's time goes (medians): {Stages.Client:0} µs between client and shard, which is the Orleans call over TCP
            both ways; {Stages.Dispatch:0} µs between shard and worker, which is the framed socket both ways and a turn of the shard;
            {Stages.Python:0} µs in Python itself. The cost is handing the call from thread to thread and from process to process, not
            computing. At 1 MB the payload crosses two connections instead of one. Between runs on this kind of machine the ratios of
            the first two goals move by about 15 % either way.

            The first goal depends on how fast a host wakes threads, since our call is handed over more often than a raw one. It holds
            on some machines and not on others, so it counts as not reached until every row of the published runs says so.

            """);
    }

    public static string Verdict(bool reached) => reached ? "reached" : "**not reached**";

    private IEnumerable<IReadOnlyList<string>> Rows() => Cells.Select(cell => (IReadOnlyList<string>)
    [
        $"{cell.Workers}", cell.Payload, $"{cell.Concurrency}",
        Number(cell.Raw.CallsPerSecond), Number(cell.Ours.CallsPerSecond), Number(cell.OursFour.CallsPerSecond),
        Number(cell.Raw.P50Microseconds), Number(cell.Ours.P50Microseconds), Number(cell.OursFour.P50Microseconds),
        Number(cell.Raw.P99Microseconds), Number(cell.Ours.P99Microseconds), Number(cell.OursFour.P99Microseconds),
        Number(cell.Raw.CpuMicrosecondsPerCall), Number(cell.Ours.CpuMicrosecondsPerCall), Number(cell.OursFour.CpuMicrosecondsPerCall),
        Ratio(cell.Ours.P50Microseconds, cell.Raw.P50Microseconds),
        Ratio(cell.Ours.CallsPerSecond, cell.Raw.CallsPerSecond),
        Ratio(cell.OursFour.CallsPerSecond, cell.Raw.CallsPerSecond),
        Number(cell.CoHosted.CallsPerSecond), Number(cell.CoHosted.P50Microseconds), Number(cell.CoHosted.P99Microseconds),
        Number(cell.CoHosted.CpuMicrosecondsPerCall),
        Ratio(cell.CoHosted.P50Microseconds, cell.Raw.P50Microseconds),
        Ratio(cell.CoHosted.CallsPerSecond, cell.Raw.CallsPerSecond),
    ]);

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Ratio(double ours, double raw) => (ours / raw).ToString("0.00", CultureInfo.InvariantCulture);

    private Cell Find(int concurrency) =>
        Cells.First(cell => cell.Workers == 1 && cell.Payload == "100 B" && cell.Concurrency == concurrency);

    public static string Machine()
    {
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var model = line?.Split(':')[1].Trim() ?? "unknown processor";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return $"{Environment.ProcessorCount} cores of {model}, {memory} GiB, {RuntimeInformation.OSDescription}, "
            + $".NET {Environment.Version}";
    }
}
