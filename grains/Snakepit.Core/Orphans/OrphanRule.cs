namespace Snakepit.Core.Orphans;

/// <summary>
/// Decides which processes a dead run of this instance has left. In doubt a process is not ours: one that stays costs memory, one that
/// was killed by mistake cannot be brought back.
/// </summary>
/// <param name="table">The host now.</param>
/// <param name="instanceName">This instance.</param>
/// <param name="instanceToken">The same.</param>
/// <param name="currentRun">Our own run; null when we are none.</param>
public sealed class OrphanRule(ProcessTable table, string instanceName, string instanceToken, string? currentRun)
{
    /// <param name="record">What a run wrote down.</param>
    /// <param name="lockFree">No living silo holds the lock over it.</param>
    public OrphanVerdict Judge(WorkerRecord record, bool lockFree)
    {
        if (record.BootId != table.Host.BootId)
            return Forget(record, "the host was restarted since");
        if (record.PidNamespace != table.Host.PidNamespace)
            return Forget(record, "it lived in another container, whose processes cannot be told from here");
        if (!lockFree || record.RunId == currentRun || table.Lives(new ProcessId(record.SiloPid, record.SiloStarted)))
            return Keep(record, $"its silo, process {record.SiloPid}, lives");

        var leader = table.Find(record.Pid);
        if (leader is not null && leader.Id.Started == record.Started)
        {
            if (table.Immunity(leader) is { } reason)
                return Keep(record, reason);
            // Until its first line has run a worker is still in the silo's group, and that may be a shell's.
            var members = leader.Group == record.Group ? table.Group(record.Group) : [];
            return Kill(record, members.Append(leader));
        }

        // The number of a group is not given away while it has members: one with our marks vouches for the rest.
        var group = table.Group(record.Group).ToList();
        if (group.Exists(member => member.Marks is { } marks && IsDeadRun(marks) && marks.RunId == record.RunId))
            return Kill(record, group);
        return Forget(record, leader is null ? "it is gone" : "its number belongs to another process now");
    }

    /// <summary>Processes that carry the marks of a dead run of this instance, with a record or without.</summary>
    public IEnumerable<OrphanVerdict> Strays()
    {
        foreach (var process in table.All)
        {
            if (process.Marks is not { } marks || !IsDeadRun(marks))
                continue;
            yield return table.Immunity(process) is { } reason
                ? new OrphanVerdict(OrphanAction.Keep, process.Pid, reason, [])
                : new OrphanVerdict(OrphanAction.Kill, process.Pid, $"it carries the marks of run {marks.RunId}, which is over", [process]);
        }
    }

    /// <summary>That our lock is free says nothing about a silo of the same name with another data folder: its own process does.</summary>
    private bool IsDeadRun(Marks marks) =>
        marks.InstanceName == instanceName
        && marks.InstanceToken == instanceToken
        && marks.RunId != currentRun
        && marks.PidNamespace == table.Host.PidNamespace
        && !table.Lives(marks.Silo);

    private OrphanVerdict Kill(WorkerRecord record, IEnumerable<ProcessFacts> candidates) => new(
        OrphanAction.Kill,
        record.Pid,
        $"worker {record.Worker} of run {record.RunId}, which is over",
        [.. candidates.DistinctBy(process => process.Pid).Where(process => table.Immunity(process) is null)]);

    private static OrphanVerdict Keep(WorkerRecord record, string reason) => new(OrphanAction.Keep, record.Pid, reason, []);

    private static OrphanVerdict Forget(WorkerRecord record, string reason) => new(OrphanAction.Forget, record.Pid, reason, []);
}
