using System.Globalization;
using System.Text;
using Snakepit.Core.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Orphans;

/// <summary>Facts about processes from /proc (proc(5)). Linux only; elsewhere there is nothing to read.</summary>
internal static class ProcFs
{
    /// <summary>Null where processes cannot be told apart this way.</summary>
    public static HostFacts? Host()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return new HostFacts
            {
                BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
                PidNamespace = Namespace("self") ?? "",
                Self = Environment.ProcessId,
                User = Posix.EffectiveUserId(),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // a sandbox without /proc
        }
    }

    public static ProcessTable ReadTable(HostFacts host) => new(
        host,
        ProcStat.Pids().Select(Read).OfType<ProcessFacts>());

    /// <summary>Null when it has ended, also while its parent has not collected its exit status yet.</summary>
    public static ProcessFacts? Read(int pid)
    {
        if (ProcStat.Read(pid) is not { HasEnded: false } stat)
            return null;
        try
        {
            return new ProcessFacts
            {
                Id = new ProcessId(pid, stat.StartTime),
                Parent = stat.Parent,
                Group = stat.Group,
                Stopped = stat.IsStopped,
                User = User(pid),
                Marks = ReadMarks(pid),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it ended while we looked
        }
    }

    /// <summary>The process with its start time; null when it has ended.</summary>
    public static ProcessId? Identify(int pid) =>
        ProcStat.Read(pid) is { HasEnded: false } stat ? new ProcessId(pid, stat.StartTime) : null;

    private static uint User(int pid)
    {
        var line = File.ReadLines(Path.Combine("/proc", Text(pid), "status")).First(
            line => line.StartsWith("Uid:", StringComparison.Ordinal));
        return uint.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture); // real, effective, saved, file system
    }

    private static Marks? ReadMarks(int pid)
    {
        byte[] environment;
        try
        {
            environment = File.ReadAllBytes(Path.Combine("/proc", Text(pid), "environ"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // a process of another user
        }

        if (environment.AsSpan().IndexOf("SNAKEPIT_RUN_ID="u8) < 0)
            return null;
        var values = Encoding.UTF8.GetString(environment).Split('\0')
            .Select(entry => entry.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0])
            .ToDictionary(group => group.Key, group => group.First()[1]);
        return Namespace(Text(pid)) is { } space ? InstanceMarks.Read(values, space) : null;
    }

    private static string? Namespace(string process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/pid").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
