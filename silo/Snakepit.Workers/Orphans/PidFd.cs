using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Snakepit.Core.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Orphans;

/// <summary>
/// A hold on one process (pidfd_open(2)): a signal through it reaches that process or none, even when its number has
/// gone to another in the meantime.
/// </summary>
internal sealed partial class PidFd : IDisposable
{
    // The same on every architecture that .NET runs on.
    private const int PidfdSendSignal = 424;
    private const int PidfdOpen = 434;

    private readonly SafeFileHandle? _handle;

    private PidFd(ProcessId id, SafeFileHandle? handle)
    {
        Id = id;
        _handle = handle;
    }

    public ProcessId Id { get; }

    /// <summary>Null when the process is gone.</summary>
    public static PidFd? TryOpen(ProcessId id)
    {
        var number = SystemCall(PidfdOpen, id.Pid, 0, 0, 0);
        // Below zero: gone, or a kernel or sandbox without pidfds; then the look right before the signal has to do.
        var held = new PidFd(id, number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : null);
        if (held.IsAlive)
            return held;
        held.Dispose();
        return null;
    }

    /// <summary>Whether this system has pidfds.</summary>
    public static bool Works
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return false;
            var number = SystemCall(PidfdOpen, Environment.ProcessId, 0, 0, 0);
            using var handle = number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : null;
            return handle is not null;
        }
    }

    public bool IsAlive => ProcFs.Identify(Id.Pid) == Id;

    public void Signal(int signal)
    {
        if (_handle is not null)
            _ = SystemCall(PidfdSendSignal, _handle.DangerousGetHandle(), signal, 0, 0);
        else if (IsAlive)
            Posix.TrySignal(Id.Pid, signal);
    }

    public void Dispose() => _handle?.Dispose();

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);
}
