using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Chaos;

/// <summary>Compares the calls' ends with their runs and with the shards' counts, and puts everything into a report. Pure.</summary>
internal sealed class Reckoner(ChaosPlan plan, ChaosTally tally, ShardBalance[] balance)
{
    /// <summary>What the balances and the ledger say is wrong.</summary>
    public IEnumerable<Violation> Violations(LedgerVerdict ledger)
    {
        foreach (var shard in balance.Where(shard => shard.Off != 0))
        {
            yield return new Violation(
                Violation.Balance, $"{shard.Silo} accepted {shard.Counters.Requests} calls and is off by {shard.Off}");
        }

        (string What, List<long> Calls)[] findings =
        [
            ("said that they did not start, and ran", ledger.RanAfterAll),
            ("succeeded, or said that they ran, without a run", ledger.NeverRan),
            ("ran twice", ledger.RanTwice),
            ("did not end exactly once", ledger.NotEndedOnce),
            ("ran and were never sent", ledger.NeverSent),
        ];
        foreach (var (what, calls) in findings)
        {
            foreach (var call in calls)
                yield return new Violation(Violation.Ledger, $"{what}: {tally.Stories.GetValueOrDefault(call, $"call {call}")}");
        }
    }

    /// <param name="sent">Calls of the whole run.</param>
    /// <param name="stormSent">Calls of the storm.</param>
    /// <param name="ledger">What the ledger found.</param>
    public ChaosReport Report(long sent, long stormSent, LedgerVerdict ledger) => new()
    {
        Seed = plan.Seed,
        Silos = plan.Silos,
        Seconds = plan.Duration.TotalSeconds,
        Sent = sent,
        Ends = [.. tally.Ends.OrderByDescending(end => end.Value).Select(end => new EndRow(end.Key.Code, end.Key.End, end.Value))],
        NotAccepted = NotAccepted(stormSent),
        Faults = tally.Done,
        Latencies = [.. tally.Times.Select(times => LatencyRow.From(times.Key, times.Value))],
        Recoveries =
        [
            .. tally.SiloFaults.GroupBy(fault => fault.What)
                .OrderBy(kind => kind.Key)
                .Select(kind => RecoveryRow.From(kind.Key, [.. kind])),
        ],
        Balance = balance,
        Ledger = new LedgerCounts(
            ledger.Runs, ledger.RunAgain, ledger.RanAfterAll.Count, ledger.NeverRan.Count, ledger.RanTwice.Count, ledger.NotEndedOnce.Count,
            ledger.NeverSent.Count, tally.Violations.GetValueOrDefault(Violation.LostSession)),
        Violations = tally.Violations,
    };

    private NotAccepted NotAccepted(long stormSent)
    {
        var byCode = tally.StormEnds.Where(end => end.Key.End is CallEnd.NotStarted or CallEnd.NotSent)
            .GroupBy(end => end.Key.Code)
            .ToDictionary(code => code.Key, code => code.Sum(end => end.Value));
        var givenUp = tally.StormEnds.Where(end => end.Key.End == CallEnd.GivenUp).Sum(end => end.Value);
        // One silo that was never restarted has seen every call; calls that were tried again count more than once and hide some.
        long? before = plan.Silos > 1 || balance.Length == 0
            ? null
            : Math.Clamp(stormSent - balance.Sum(Seen), 0, givenUp);
        return new NotAccepted(byCode, before, givenUp);
    }

    private static long Seen(ShardBalance shard) =>
        shard.Counters.Requests - shard.Counters.Moved + shard.Counters.PoolSaturated + shard.Counters.Refused;
}
