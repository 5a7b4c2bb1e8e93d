using System.Globalization;
using Snakepit.Core.Ports;

namespace Snakepit.Workers.Processes;

/// <summary>
/// Looks at all processes of the host at once, at most once in <see cref="Fresh"/>, for whoever asks: with many workers one look
/// each would read all of /proc again and again. Linux only. Thread-safe.
/// </summary>
internal sealed class ProcessSurvey
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private const long TicksPerSecond = 100; // USER_HZ, which proc(5) counts in, is 100 on every Linux of today

    // Two who come at the same moment may both look; that costs a little and harms nobody.
    private volatile Look? _latest;

    public static ProcessSurvey Shared { get; } = new();

    /// <summary>Null when the process has ended or the system shows none.</summary>
    public async Task<ProcessView?> LookAsync(int pid)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var table = await LatestAsync(Fresh).ConfigureAwait(false);
        if (!table.TryGetValue(pid, out var self))
        {
            // Younger than the latest look, or gone.
            table = await LatestAsync(TimeSpan.Zero).ConfigureAwait(false);
            if (!table.TryGetValue(pid, out self))
                return null;
        }

        long pages = 0;
        var count = 0;
        foreach (var entry in table.Values)
        {
            if (!BelongsTo(pid, entry, table))
                continue;
            pages += entry.ResidentPages;
            count++;
        }

        return new ProcessView(self.State is 'T' or 't', TimeSpan.FromSeconds((double)self.CpuTicks / TicksPerSecond), pages * Environment.SystemPageSize, count);
    }

    private Task<Dictionary<int, Entry>> LatestAsync(TimeSpan age)
    {
        var latest = _latest;
        if (latest is null || TimeProvider.System.GetElapsedTime(latest.At) > age)
            _latest = latest = new Look(TimeProvider.System.GetTimestamp(), Task.Factory.StartNew(Take, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)); // many small files: not a pool thread's work
        return latest.Table;
    }

    /// <summary>A worker leads its session; what has left the session is found by its parents.</summary>
    private static bool BelongsTo(int pid, Entry entry, Dictionary<int, Entry> table)
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

    private static Dictionary<int, Entry> Take()
    {
        var table = new Dictionary<int, Entry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(folder) is { } entry)
                table[pid] = entry;
        }

        return table;
    }

    private static Entry? Read(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            // The name in brackets may itself hold blanks and brackets; the field after it is number 3, the state.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Entry(fields[0][0], (int)Number(fields[1]), (int)Number(fields[3]), Number(fields[11]) + Number(fields[12]), Number(fields[21]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it ended while we looked
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Look(long At, Task<Dictionary<int, Entry>> Table);

    private readonly record struct Entry(char State, int Parent, int Session, long CpuTicks, long ResidentPages);
}
