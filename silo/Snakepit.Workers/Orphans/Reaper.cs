using Microsoft.Extensions.Logging;
using Snakepit.Core.Orphans;

namespace Snakepit.Workers.Orphans;

/// <summary>
/// Ends what dead runs of an instance have left on this host. Works under the instance's lock, so no other silo of the instance runs.
/// </summary>
public sealed class Reaper(ILogger<Reaper> logger)
{
    /// <summary>What is killed may have had a child just then; that is found in the next round.</summary>
    private const int Rounds = 5;

    /// <param name="held">The lock of the instance.</param>
    /// <param name="run">The instance and our own run, whose processes are never touched.</param>
    /// <param name="grace">From asking the leftovers to end until they are killed.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked to end stays asked.</param>
    public async Task<ReapReport> ReapAsync(InstanceLock held, RunIdentity run, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (ProcFs.Host() is not { } host)
        {
            OrphanLog.Unsupported(logger);
            return new ReapReport();
        }

        var store = new RecordStore(held.RecordFolder, logger);
        var records = store.ReadAll();
        var killed = new Dictionary<int, ReapedProcess>();
        IReadOnlyList<int> remaining = [];
        List<ReapedProcess> kept = [], forgotten = [];
        for (var round = 0; round < Rounds; round++)
        {
            var rule = new OrphanRule(ProcFs.ReadTable(host), run.InstanceName, run.InstanceToken, run.RunId);
            var ofRecords = records.Select(record => (Record: record, Verdict: rule.Judge(record, lockFree: true))).ToList();
            var verdicts = ofRecords.Select(pair => pair.Verdict).Concat(rule.Strays()).ToList();
            if (round == 0)
            {
                kept = Told(verdicts, OrphanAction.Keep);
                forgotten = Told(verdicts, OrphanAction.Forget);
            }

            foreach (var (record, _) in ofRecords.Where(pair => pair.Verdict.Action == OrphanAction.Forget))
                store.Remove(record);
            records = [.. ofRecords.Where(pair => pair.Verdict.Action == OrphanAction.Kill).Select(pair => pair.Record)];
            var targets = verdicts.SelectMany(verdict => verdict.Targets, (verdict, target) => (Process: target, verdict.Reason))
                .DistinctBy(pair => pair.Process.Pid)
                .ToList();
            if (targets.Count == 0)
                break;
            remaining = await Termination.EndAsync(
                targets.Select(pair => pair.Process), round == 0 ? grace : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            foreach (var (process, reason) in targets.Where(pair => !remaining.Contains(pair.Process.Pid)))
                killed.TryAdd(process.Pid, new ReapedProcess(process.Pid, reason));
            if (remaining.Count > 0)
                break;
        }

        var report = new ReapReport { Killed = [.. killed.Values], Kept = kept, Forgotten = forgotten, Remaining = remaining };
        Tell(report);
        return report;
    }

    /// <summary>Does nothing but say so.</summary>
    public void StandBack() => OrphanLog.Disabled(logger);

    private static List<ReapedProcess> Told(IEnumerable<OrphanVerdict> verdicts, OrphanAction action) =>
        [.. verdicts.Where(verdict => verdict.Action == action).Select(verdict => new ReapedProcess(verdict.Pid, verdict.Reason))];

    private void Tell(ReapReport report)
    {
        foreach (var process in report.Killed)
            OrphanLog.Killed(logger, process.Pid, process.Reason);
        foreach (var process in report.Kept)
            OrphanLog.Kept(logger, process.Pid, process.Reason);
        foreach (var process in report.Forgotten)
            OrphanLog.Forgotten(logger, process.Pid, process.Reason);
        foreach (var pid in report.Remaining)
            OrphanLog.Remains(logger, pid);
    }
}
