using System.Globalization;

namespace Snakepit.Workers.Processes;

/// <summary>
/// How often the kernel has killed a process of this silo's control group for lack of memory: oom_kill in memory.events
/// (control groups, version 2) or memory.oom_control (version 1). The workers are in the silo's group, so a SIGKILL that comes
/// with a higher count was the kernel's.
/// </summary>
internal static class MemoryEvents
{
    /// <summary>A container may see its own group at the top and yet be told the path outside.</summary>
    private static readonly string[] InContainer = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"];

    private static readonly string? Path = Find();

    /// <summary>0 where there is no such count.</summary>
    public static long OutOfMemoryKills()
    {
        if (Path is null)
            return 0;
        try
        {
            var line = File.ReadLines(Path).FirstOrDefault(line => line.StartsWith("oom_kill ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan("oom_kill ".Length), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Where the count is, by /proc/self/cgroup (cgroups(7)): lines of hierarchy, controllers and path.</summary>
    internal static IEnumerable<string> Candidates(IEnumerable<string> groups) =>
        from line in groups
        let parts = line.Split(':', 3)
        where parts.Length == 3
        let path = parts[2].TrimEnd('/')
        let file = parts[1] switch
        {
            "" => $"/sys/fs/cgroup{path}/memory.events",
            _ when parts[1].Split(',').Contains("memory") => $"/sys/fs/cgroup/memory{path}/memory.oom_control",
            _ => null,
        }
        where file is not null
        select file;

    private static string? Find()
    {
        try
        {
            return Candidates(File.ReadLines("/proc/self/cgroup")).Concat(InContainer).FirstOrDefault(File.Exists);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // not Linux, or a sandbox without /proc
        }
    }
}
