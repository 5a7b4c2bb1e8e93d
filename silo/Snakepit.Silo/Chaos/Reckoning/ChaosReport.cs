using Snakepit.Pools;

namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>What a run of chaos found. Written as text or as JSON. Durations are in milliseconds.</summary>
internal sealed record ChaosReport
{
    public required int Seed { get; init; }

    public required int Silos { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Calls of the whole run.</summary>
    public required long Sent { get; init; }

    public required EndRow[] Ends { get; init; }

    public required NotAccepted NotAccepted { get; init; }

    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    public required LatencyRow[] Latencies { get; init; }

    public required RecoveryRow[] Recoveries { get; init; }

    public required ShardBalance[] Balance { get; init; }

    public required LedgerCounts Ledger { get; init; }

    public required IReadOnlyDictionary<string, long> Violations { get; init; }

    /// <summary>Logs of the silos that were kept; empty when nothing was wrong.</summary>
    public string[] Logs { get; init; } = [];
}

internal sealed record EndRow(string Code, CallEnd End, long Count);

/// <summary>Calls of the storm that no shard accepted, or that ended before a worker had them.</summary>
/// <param name="ByCode">Failures that say so, by code.</param>
/// <param name="GivenUpBefore">Callers who gave up before a shard had the call; null where silos ended and took their counts along.</param>
/// <param name="GivenUp">Callers who gave up, altogether.</param>
internal sealed record NotAccepted(IReadOnlyDictionary<string, long> ByCode, long? GivenUpBefore, long GivenUp);

internal sealed record LatencyRow(string What, long Count, double P50, double P95, double P99, double Max)
{
    public static LatencyRow From(string what, Latencies times) =>
        new(what, times.Count, times.Quantile(0.5), times.Quantile(0.95), times.Quantile(0.99), times.MaxMilliseconds);
}

/// <summary>How the cluster recovered from faults of one kind; the median and the longest, from the fault on.</summary>
internal sealed record RecoveryRow(string Fault, int Count, Span FirstSuccess, Span LastFailure, Span Ready, Span Serves, int Failures)
{
    public static RecoveryRow From(string what, List<SiloFault> faults) => new(
        what,
        faults.Count,
        Span.Of(faults, fault => fault.FirstSuccess - fault.At),
        Span.Of(faults, fault => fault.LastFailure is { } last ? last - fault.At : TimeSpan.Zero),
        Span.Of(faults, fault => fault.Ready - fault.At),
        Span.Of(faults, fault => fault.Serves - fault.At),
        faults.Sum(fault => fault.Failures));
}

/// <param name="Median">In milliseconds; null when it never came.</param>
/// <param name="Max">In milliseconds.</param>
internal sealed record Span(double? Median, double? Max)
{
    public static Span Of(List<SiloFault> faults, Func<SiloFault, TimeSpan?> time)
    {
        var times = faults.Select(time).Where(one => one is not null).Select(one => one!.Value.TotalMilliseconds).Order().ToList();
        return times.Count == 0 ? new Span(null, null) : new Span(times[(times.Count - 1) / 2], times[^1]);
    }
}

/// <summary>A shard's counts in the quiet moment at the end, since the latest start of its silo.</summary>
/// <param name="Silo">Its silo.</param>
/// <param name="InHand">Calls that wait or run.</param>
/// <param name="Counters">Its counters.</param>
internal sealed record ShardBalance(string Silo, int InHand, ShardCounters Counters)
{
    /// <summary>Accepted calls that are in no other count.</summary>
    public long Off =>
        Counters.Requests - Counters.Succeeded - Counters.Errors - Counters.Cancelled - Counters.Moved - InHand;
}

/// <summary>The ledger's findings as numbers.</summary>
internal sealed record LedgerCounts(
    long Runs, long RunAgain, int NotStartedButRan, int SucceededWithoutRun, int RanTwice, int NotEndedOnce, int NeverSent,
    long SessionsLost);
