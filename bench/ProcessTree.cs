using System.Globalization;

namespace Snakepit.Bench;

/// <summary>Processes and their descendants, from /proc.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>Processor time of processes and everything that descends from them.</summary>
    public static TimeSpan CpuTime(IReadOnlyCollection<int> roots)
    {
        var all = Read();
        return TimeSpan.FromSeconds(all.Where(entry => roots.Contains(entry.Key) || DescendsFrom(roots, entry.Key, all)).Sum(entry => entry.Value.Ticks) / TicksPerSecond);
    }

    /// <summary>Every process that another one has started, directly or not.</summary>
    public static List<int> Descendants(int root)
    {
        var all = Read();
        return [.. all.Keys.Where(pid => DescendsFrom([root], pid, all))];
    }

    public static bool IsAlive(int pid) => Read(pid) is { HasEnded: false };

    private static bool DescendsFrom(IReadOnlyCollection<int> roots, int pid, Dictionary<int, Entry> all)
    {
        for (var at = pid; all.TryGetValue(at, out var entry); at = entry.Parent)
        {
            if (roots.Contains(entry.Parent))
                return true;
        }

        return false;
    }

    private static Dictionary<int, Entry> Read()
    {
        var all = new Dictionary<int, Entry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } entry)
                all[pid] = entry;
        }

        return all;
    }

    private static Entry? Read(int pid)
    {
        try
        {
            // The command name is in brackets and may contain anything; the state follows it, then numbers.
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Entry(fields[0] is "Z" or "X", (int)Number(fields[1]), Number(fields[11]) + Number(fields[12]));
        }
        catch (IOException)
        {
            return null; // it ended while we looked
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private readonly record struct Entry(bool HasEnded, int Parent, long Ticks);
}
