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

    /// <summary>Version 1 has no word for it: the largest number of bytes in whole pages.</summary>
    private const long VersionOneUnlimited = long.MaxValue / 2;

    /// <summary>Bytes of memory that can still be used.</summary>
    public static long? AvailableMemory() => Least(
        FromMemInfo("MemAvailable:"),
        LeftIn("memory", "memory.max", "memory.current", "inactive_file"),
        LeftIn("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"));

    /// <summary>Processes and threads that can still be started in the control groups.</summary>
    public static long? AvailableTasks() => Least(LeftIn("pids", "pids.max", "pids.current"), FromKernel());

    /// <summary>Bytes of memory that the host has.</summary>
    public static long? TotalMemory() => FromMemInfo("MemTotal:");

    /// <summary>Bytes that the control groups allow to all of their processes together.</summary>
    public static long? MemoryLimit() => Least(
        LimitIn("memory", "memory.max"),
        LimitIn("memory", "memory.limit_in_bytes") is { } bytes && bytes < VersionOneUnlimited ? bytes : null);

    /// <summary>Processes and threads that the control groups allow altogether.</summary>
    public static long? TaskLimit() => LimitIn("pids", "pids.max");

    /// <summary>Processors of the host, whatever this process may use of them.</summary>
    public static int? HostProcessors() =>
        Lines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal)) is > 0 and var count ? count : null;

    /// <summary>What the processors are.</summary>
    public static string? ProcessorModel() =>
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();

    private static long? LimitIn(string controller, string limit) =>
        OwnGroups(controller).Select(group => Number(Path.Combine(group, limit))).Min();

    private static long? Least(params long?[] numbers) => numbers.Min();

    private static long? FromMemInfo(string entry) =>
        Lines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(entry, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : null;

    /// <summary>The fourth field of /proc/loadavg has the tasks that run and those that there are, as in 3/512 (proc(5)).</summary>
    private static long? FromKernel() =>
        Number("/proc/sys/kernel/threads-max") is { } most
        && Lines("/proc/loadavg").FirstOrDefault()?.Split(' ') is [_, _, _, var tasks, ..]
        && long.TryParse(tasks.Split('/')[^1], CultureInfo.InvariantCulture, out var now)
            ? Math.Max(0, most - now)
            : null;

    /// <summary>The least that is left in the group of this process or in one above it.</summary>
    /// <param name="controller">The controller's name.</param>
    /// <param name="limit">The file with the limit.</param>
    /// <param name="used">The file with what is used.</param>
    /// <param name="reclaimable">Entry of memory.stat with files that the kernel drops when it needs room; null for none.</param>
    private static long? LeftIn(string controller, string limit, string used, string? reclaimable = null) => OwnGroups(controller)
        .Select(group => Number(Path.Combine(group, limit)) is { } most && Number(Path.Combine(group, used)) is { } now
            ? (long?)Math.Clamp(most - now + Entry(Path.Combine(group, "memory.stat"), reclaimable), 0, most)
            : null)
        .Min();

    private static long Entry(string file, string? name) =>
        name is not null && Lines(file).FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line[(name.Length + 1)..], CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

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
