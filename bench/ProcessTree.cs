using Snakepit.Workers.Processes;

namespace Snakepit.Bench;

/// <summary>Processes and their descendants, from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>Processor time of processes and everything that descends from them.</summary>
    public static TimeSpan CpuTime(IReadOnlyCollection<int> roots)
    {
        var all = Read();
        return TimeSpan.FromTicks(all
            .Where(entry => roots.Contains(entry.Key) || DescendsFrom(roots, entry.Key, all))
            .Sum(entry => entry.Value.CpuTime.Ticks));
    }

    /// <summary>Every process that another one has started, directly or not.</summary>
    public static List<int> Descendants(int root)
    {
        var all = Read();
        return [.. all.Keys.Where(pid => DescendsFrom([root], pid, all))];
    }

    public static bool IsAlive(int pid) => ProcStat.Read(pid) is { HasEnded: false };

    private static bool DescendsFrom(IReadOnlyCollection<int> roots, int pid, Dictionary<int, ProcStat> all)
    {
        for (var at = pid; all.TryGetValue(at, out var entry); at = entry.Parent)
        {
            if (roots.Contains(entry.Parent))
                return true;
        }

        return false;
    }

    private static Dictionary<int, ProcStat> Read() =>
        (from pid in ProcStat.Pids() let stat = ProcStat.Read(pid) where stat is not null select (pid, stat.Value)).ToDictionary();
}
