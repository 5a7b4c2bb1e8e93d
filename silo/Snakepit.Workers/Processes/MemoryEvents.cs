using System.Globalization;

namespace Snakepit.Workers.Processes;

/// <summary>
/// How often the kernel has killed a process of this silo's control group for lack of memory (cgroup-v2,
/// memory.events, oom_kill). The workers are in the silo's group, so a SIGKILL that comes with a higher count was the kernel's.
/// </summary>
internal static class MemoryEvents
{
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

    private static string? Find()
    {
        try
        {
            var own = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
            var path = own is null ? null : $"/sys/fs/cgroup{own["0::".Length..].TrimEnd('/')}/memory.events";
            return File.Exists(path) ? path : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // not Linux, or a sandbox without /proc
        }
    }
}
