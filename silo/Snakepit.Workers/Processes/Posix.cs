using System.Runtime.InteropServices;

namespace Snakepit.Workers.Processes;

/// <summary>The few system calls .NET has no face for.</summary>
internal static partial class Posix
{
    public const int SigKill = 9;
    public const int SigUsr2 = 12;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;
    public const int SigRtMax = 64; // of Linux, with glibc and musl

    /// <summary>Signals one process. False when it is gone already.</summary>
    public static bool TrySignal(int pid, int signal) => pid > 0 && Kill(pid, signal) == 0;

    /// <summary>Signals a whole process group. False when there is none of that id.</summary>
    public static bool TrySignalGroup(int group, int signal) => group > 1 && Kill(-group, signal) == 0;

    public static string SignalName(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        SigKill => "SIGKILL",
        11 => "SIGSEGV",
        SigUsr2 => "SIGUSR2",
        13 => "SIGPIPE",
        SigTerm => "SIGTERM",
        _ => $"signal {signal}",
    };

    /// <summary>0 when made; else the last error says why not. .NET's own call takes a folder that is there already for made.</summary>
    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
