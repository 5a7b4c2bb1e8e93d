using System.Globalization;

namespace Snakepit.Workers.Processes;

/// <summary>What /proc/[pid]/stat says of a process; proc(5) has the fields. Linux only.</summary>
/// <param name="State">Z and X have ended, T and t are stopped.</param>
/// <param name="Parent">Its parent.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session, named by the process that leads it.</param>
/// <param name="Flags">The kernel's PF_ flags of its first thread.</param>
/// <param name="CpuTime">Processor time it has used, all threads.</param>
/// <param name="StartTime">Clock ticks from the boot of the system to its start.</param>
/// <param name="ResidentPages">Pages of it that are in memory.</param>
internal readonly record struct ProcStat(
    char State, int Parent, int Group, int Session, uint Flags, TimeSpan CpuTime, long StartTime, long ResidentPages)
{
    /// <summary>ENFILE and EMFILE.</summary>
    private static readonly int[] NoMoreFiles = [23, 24];

    private const double TicksPerSecond = 100; // USER_HZ, which proc(5) counts in, is 100 on every Linux of today

    /// <summary>PF_EXITING of include/linux/sched.h: set before the kernel gives back the first of what the process had.</summary>
    private const uint Exiting = 0x4;

    public bool HasEnded => State is 'Z' or 'X';

    public bool IsExiting => (Flags & Exiting) != 0;

    public bool IsStopped => State is 'T' or 't';

    /// <summary>Every process that the system shows.</summary>
    public static IEnumerable<int> Pids() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        select int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);

    /// <summary>Null when the process is gone.</summary>
    /// <exception cref="IOException">No more files can be opened, so nothing is known of it.</exception>
    public static ProcStat? ReadStrictly(int pid)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The name in brackets may itself hold blanks and brackets; the field after it is number 3, the state.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcStat(
                fields[0][0],
                (int)Number(fields[1]),
                (int)Number(fields[2]),
                (int)Number(fields[3]),
                uint.Parse(fields[6], CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond),
                Number(fields[19]),
                Number(fields[21]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && !NoMoreFiles.Contains(error.HResult))
        {
            return null; // it ended while we looked
        }
    }

    /// <summary>Null when the process is gone, or cannot be looked at.</summary>
    public static ProcStat? Read(int pid)
    {
        try
        {
            return ReadStrictly(pid);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
