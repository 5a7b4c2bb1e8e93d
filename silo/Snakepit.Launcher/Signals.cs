using System.Runtime.InteropServices;

namespace Snakepit.Launcher;

/// <summary>
/// Numbers of signals, as Linux defines them. macOS uses other numbers for <see cref="Stop"/> and <see cref="Continue"/>.
/// </summary>
public static partial class Signals
{
    /// <summary>SIGKILL: ends the process at once.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM: asks the process to end.</summary>
    public const int Terminate = 15;

    /// <summary>SIGCONT: lets a stopped process go on.</summary>
    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>SIGSTOP: stops the process until SIGCONT.</summary>
    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>Sends a signal. False when there is no such process, or it is another user's.</summary>
    public static bool Send(int pid, int signal) => SendCore(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendCore(int pid, int signal);
}
