using System.Runtime.InteropServices;
using Snakepit.Workers.Host;

namespace Snakepit.Silo.Serving;

/// <summary>Ends the program without a peaceful stop.</summary>
internal static class LeavingAtOnce
{
    /// <summary>
    /// How long the silo waits until the killed workers are gone and their records are deleted. A busy host needs this long. The next
    /// start cleans up what is left.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Kills all workers and ends the process.</summary>
    public static void Leave(WorkerHost workers, int code)
    {
        // The silo leaves in any case, so failures do not matter, and the wait has a limit.
        Task.WhenAny(workers.KillAllAsync(), Task.Delay(Limit)).GetAwaiter().GetResult();
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        // Not Environment.Exit: that waits for the peaceful stop, which may be going on.
        Exit(code);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
