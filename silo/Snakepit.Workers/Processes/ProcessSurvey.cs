using Snakepit.Core.Ports;

namespace Snakepit.Workers.Processes;

/// <summary>
/// Looks at all processes of the host at once, at most once in <see cref="Fresh"/>, for whoever asks: with many workers one look
/// each would read all of /proc again and again. Linux only. Thread-safe.
/// </summary>
internal sealed class ProcessSurvey(Func<Dictionary<int, ProcStat>> take)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    // Two who come at the same moment may both look; that costs a little and harms nobody.
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
            var table = await LatestAsync(fresh ? TimeSpan.Zero : Fresh).ConfigureAwait(false);
            if (!table.ContainsKey(pid))
                table = await LatestAsync(TimeSpan.Zero).ConfigureAwait(false); // younger than the latest look, or gone
            return table.TryGetValue(pid, out var self) ? View(pid, self, table) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ProcessView View(int pid, ProcStat self, Dictionary<int, ProcStat> table)
    {
        long pages = 0;
        var count = 0;
        foreach (var entry in table.Values)
        {
            if (!BelongsTo(pid, entry, table))
                continue;
            pages += entry.ResidentPages;
            count++;
        }

        return new ProcessView(self.IsStopped, self.CpuTime, pages * Environment.SystemPageSize, count);
    }

    private Task<Dictionary<int, ProcStat>> LatestAsync(TimeSpan age)
    {
        var latest = _latest;
        if (latest is null || TimeProvider.System.GetElapsedTime(latest.At) > age)
            _latest = latest = new Look(TimeProvider.System.GetTimestamp(), Task.Factory.StartNew(take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)); // many small files: not a pool thread's work
        return latest.Table;
    }

    /// <summary>A worker leads its session; what has left the session is found by its parents.</summary>
    private static bool BelongsTo(int pid, ProcStat entry, Dictionary<int, ProcStat> table)
    {
        if (entry.Session == pid)
            return true;
        for (var depth = 0; depth < 32 && entry.Parent > 1; depth++)
        {
            if (entry.Parent == pid)
                return true;
            if (!table.TryGetValue(entry.Parent, out entry))
                return false;
        }

        return false;
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

    private sealed record Look(long At, Task<Dictionary<int, ProcStat>> Table);
}
