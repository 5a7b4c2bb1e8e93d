using Snakepit.Core.Ports;

namespace Snakepit.Workers.Processes;

/// <summary>
/// Looks at all processes of the host at once, at most once in <see cref="Fresh"/>, for all workers together: if each worker looked by
/// itself, a silo with many workers would read all of /proc again and again. Linux only. Thread-safe.
/// </summary>
internal sealed class ProcessSurvey(Func<Dictionary<int, ProcStat>> take)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    // Two callers at the same moment may both look. That costs a little and does no harm.
    private volatile Look? _latest;

    public static ProcessSurvey Shared { get; } = new(Take);

    /// <summary>Null when the process has ended, the system shows none, or no file can be opened to look.</summary>
    /// <param name="pid">Whom to look at.</param>
    /// <param name="fresh">Not before this moment.</param>
    public async Task<ProcessView?> LookAsync(int pid, bool fresh = false)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var host = await LatestAsync(fresh ? TimeSpan.Zero : Fresh).ConfigureAwait(false);
            if (!host.Table.ContainsKey(pid))
                host = await LatestAsync(TimeSpan.Zero).ConfigureAwait(false); // younger than the latest look, or gone
            return host.View(pid);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private Task<Host> LatestAsync(TimeSpan age)
    {
        var latest = _latest;
        if (latest is null || TimeProvider.System.GetElapsedTime(latest.At) > age)
        {
            // Many small files, and sums over all processes: not a pool thread's work.
            var looking = Task.Factory.StartNew(
                () => new Host(take()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _latest = latest = new Look(TimeProvider.System.GetTimestamp(), looking);
        }

        return latest.Host;
    }

    private static Dictionary<int, ProcStat> Take()
    {
        var table = new Dictionary<int, ProcStat>();
        foreach (var pid in ProcStat.Pids())
        {
            if (ProcStat.ReadStrictly(pid) is { } entry) // half a table would show workers smaller than they are
                table[pid] = entry;
        }

        return table;
    }

    private sealed record Look(long At, Task<Host> Host);

    /// <summary>
    /// All processes of the host at one moment, and what each uses together with its descendants. The sums are made once per look.
    /// </summary>
    private sealed class Host
    {
        private const int DeepestFamily = 32;

        private readonly Dictionary<int, (long Pages, int Count)> _families = [];

        public Host(Dictionary<int, ProcStat> table)
        {
            Table = table;
            foreach (var entry in table.Values)
                Account(entry);
        }

        public Dictionary<int, ProcStat> Table { get; }

        public ProcessView? View(int pid)
        {
            if (!Table.TryGetValue(pid, out var self))
                return null;
            var (pages, count) = _families.GetValueOrDefault(pid);
            return new ProcessView(self.IsStopped, self.CpuTime, pages * Environment.SystemPageSize, count);
        }

        /// <summary>A worker leads its session; what has left the session is found by its parents.</summary>
        private void Account(ProcStat entry)
        {
            Add(entry.Session, entry.ResidentPages);
            var (session, pages) = (entry.Session, entry.ResidentPages);
            for (var depth = 0; depth < DeepestFamily && entry.Parent > 1; depth++)
            {
                if (entry.Parent != session)
                    Add(entry.Parent, pages);
                if (!Table.TryGetValue(entry.Parent, out entry))
                    return;
            }
        }

        private void Add(int head, long pages)
        {
            var (sum, count) = _families.GetValueOrDefault(head);
            _families[head] = (sum + pages, count + 1);
        }
    }
}
