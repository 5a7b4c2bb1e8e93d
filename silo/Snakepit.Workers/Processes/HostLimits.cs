using System.Globalization;

namespace Snakepit.Workers.Processes;

/// <summary>
/// What this process and its children can still have of the host: the least of what the host has left and of what the control groups
/// above them allow (cgroups(7), versions 1 and 2). Null where it cannot be told, as on systems without /proc.
/// </summary>
public static class HostLimits
{
    private const string Groups = "/sys/fs/cgroup";
    private const string Unlimited = "max";

    /// <summary>Bytes of memory that can still be used.</summary>
    public static long? AvailableMemory() => Least(
        FromMemInfo(),
        LeftIn("memory", "memory.max", "memory.current"),
        LeftIn("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"));

    /// <summary>Processes and threads that can still be started in the control groups.</summary>
    public static long? AvailableTasks() => Least(LeftIn("pids", "pids.max", "pids.current"), FromKernel());

    private static long? Least(params long?[] numbers) => numbers.Min();

    private static long? FromMemInfo() =>
        Lines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : null;

    private static long? FromKernel() => Number("/proc/sys/kernel/threads-max");

    /// <summary>The least that is left in the group of this process or in one above it.</summary>
    private static long? LeftIn(string controller, string limit, string used) => OwnGroups(controller)
        .Select(group => Number(Path.Combine(group, limit)) is { } most && Number(Path.Combine(group, used)) is { } now
            ? (long?)Math.Max(0, most - now)
            : null)
        .Min();

    /// <summary>Folders of the groups. A container may see its own group at the top and yet be told the path outside.</summary>
    private static IEnumerable<string> OwnGroups(string controller)
    {
        foreach (var line in Lines("/proc/self/cgroup"))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            var root = controllers.Length == 0 ? Groups
                : controllers.Split(',').Contains(controller) ? Path.Combine(Groups, controller)
                : null;
            for (var group = path; root is not null && group is not (null or "/" or ""); group = Path.GetDirectoryName(group))
                yield return root + group;
            if (root is not null)
                yield return root;
        }
    }

    private static long? Number(string path) =>
        Lines(path).FirstOrDefault()?.Trim() is { } text && text != Unlimited
        && long.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
