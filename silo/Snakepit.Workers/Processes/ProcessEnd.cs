using System.Runtime.InteropServices;

namespace Snakepit.Workers.Processes;

/// <summary>Ends this process at once.</summary>
public static partial class ProcessEnd
{
    /// <summary>
    /// Ends this process with a status, without running what the program has registered for its end. Where the system has no such call, it
    /// runs.
    /// </summary>
    public static void Halt(int status)
    {
        if (!OperatingSystem.IsWindows())
            ExitNow(status);
        Environment.Exit(status);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int status);
}
