using System.Globalization;

namespace Snakepit.Bench;

/// <summary>Processor time of processes and all their children, from /proc.</summary>
internal static class CpuMeter
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    public static TimeSpan Total(IEnumerable<int> roots)
    {
        var parents = new Dictionary<int, int>();
        var ticks = new Dictionary<int, long>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } stat)
                (parents[pid], ticks[pid]) = stat;
        }

        var wanted = roots.ToHashSet();
        return TimeSpan.FromSeconds(ticks.Where(entry => Belongs(entry.Key)).Sum(entry => entry.Value) / TicksPerSecond);

        bool Belongs(int pid)
        {
            for (var at = pid; at > 1; at = parents.GetValueOrDefault(at))
            {
                if (wanted.Contains(at))
                    return true;
            }

            return false;
        }
    }

    private static (int Parent, long Ticks)? Read(int pid)
    {
        try
        {
            // The command name is in brackets and may contain anything; the fields after it are numbers.
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null; // it ended while we looked
        }
    }
}
