using System.Runtime.InteropServices;
using Snakepit.Core.Processes;

namespace Snakepit.Workers.Files;

/// <summary>
/// The files that this process has open, and how many it may (getrlimit(2)). .NET raises the soft limit to the hard one before any code
/// of ours runs.
/// </summary>
public static partial class OpenFiles
{
    private const int LimitOfFiles = 7;
    private const string Folder = "/proc/self/fd";

    /// <summary>Null where it cannot be told.</summary>
    public static long? Limit =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetLimit(LimitOfFiles, out var limit) == 0
            ? (long)Math.Min(limit.Soft, long.MaxValue)
            : null;

    /// <summary>Why one more worker cannot start; null when it can.</summary>
    internal static string? WorkerFlaw(int starting) =>
        Limit is { } limit && Directory.Exists(Folder)
            ? FileBudget.WorkerFlaw(limit, Directory.EnumerateFileSystemEntries(Folder).Count(), starting)
            : null;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int what, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limits
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }
}
