using System.Globalization;

namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>The report as people read it.</summary>
internal static class ReportText
{
    private const string LatencyTitle = "Latencies of calls that do not sleep and succeeded, ms:";

    private const int LabelWidth = 58;

    public static void Write(ChaosReport report, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"Calls: {report.Sent} sent.");
        foreach (var end in report.Ends)
            output.WriteLine(End(end, report.Sent));
        output.WriteLine(NotAccepted(report.NotAccepted));
        output.WriteLine($"Faults: {string.Join(", ", report.Faults.Select(fault => $"{fault.Key} {fault.Value}"))}.");
        output.WriteLine($"{LatencyTitle,-LabelWidth}{Cells("calls", "p50", "p95", "p99", "max")}");
        foreach (var row in report.Latencies)
        {
            output.WriteLine(
                $"{$"  {row.What}",-LabelWidth}{Cells($"{row.Count}", Time(row.P50), Time(row.P95), Time(row.P99), Time(row.Max))}");
        }

        if (report.Recoveries.Length > 0)
        {
            output.WriteLine("Recovery from faults of silos, seconds after the fault, median / longest:");
            output.WriteLine($"  {"",-20}{Cells("faults", "1st success", "last failure", "ready", "serves", "failures")}");
        }

        foreach (var row in report.Recoveries)
        {
            output.WriteLine($"  {row.Fault,-20}" + Cells(
                $"{row.Count}",
                Seconds(row.FirstSuccess),
                Seconds(row.LastFailure),
                Seconds(row.Ready),
                Seconds(row.Serves),
                $"{row.Failures}"));
        }

        foreach (var shard in report.Balance)
            output.WriteLine(Balance(shard));
        output.WriteLine(Ledger(report));
    }

    private static string NotAccepted(NotAccepted calls)
    {
        var codes = calls.ByCode.Count == 0 ? "none" : string.Join(", ", calls.ByCode.Select(code => $"{code.Key} {code.Value}"));
        return $"Not begun, by code: {codes}. Given up by their callers: {calls.GivenUp}"
            + (calls.GivenUpBefore is { } before ? $", of these before a shard had them: {before}." : ".");
    }

    private static string Balance(ShardBalance shard)
    {
        var counters = shard.Counters;
        var inHand = shard.InHand == 0 ? "" : $" + in hand {shard.InHand}";
        var off = shard.Off == 0 ? "" : $" — off by {shard.Off}";
        return $"Balance of {shard.Silo}: accepted {counters.Requests} = ok {counters.Succeeded} + failed {counters.Errors} "
            + $"+ cancelled {counters.Cancelled} + moved {counters.Moved}{inHand}{off}. "
            + $"Refused {counters.Refused + counters.PoolSaturated}, crashes {counters.WorkerDeaths}, "
            + $"replaced {counters.Recycled}, late replies {counters.LateReplies}.";
    }

    private static string Ledger(ChaosReport report)
    {
        var ledger = report.Ledger;
        return $"Ledger: {report.Sent} calls, {ledger.Runs} runs; NotStarted and ran {ledger.NotStartedButRan}, "
            + $"succeeded without a run {ledger.SucceededWithoutRun}, ran twice {ledger.RanTwice}, not ended once {ledger.NotEndedOnce}, "
            + $"session state silently lost {ledger.SessionsLost}; run again as allowed {ledger.RunAgain}.";
    }

    private static string End(EndRow end, long sent) =>
        $"  {end.Count,8}  {100.0 * end.Count / Math.Max(sent, 1),5:0.0} %  {end.Code}{(end.Code == "ok" ? "" : $" ({end.End})")}";

    private static string Cells(params string[] cells) => string.Concat(cells.Select(cell => $"{cell,14}"));

    private static string Time(double milliseconds) =>
        milliseconds.ToString(milliseconds < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Seconds(Span span) => span.Median is null
        ? "never"
        : string.Create(CultureInfo.InvariantCulture, $"{span.Median / 1000:0.0} / {span.Max / 1000:0.0}");
}
