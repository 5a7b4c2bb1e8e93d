using System.Runtime.InteropServices;
using Snakepit.Workers;

namespace Snakepit.Silo.Hosting;

/// <summary>
/// The first SIGINT or SIGTERM is the host's: drain and stop. Whoever sends a second one does not want to wait: all
/// workers are killed and the silo leaves.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    /// <summary>For killed workers to be gone and their records with them; what is left then is swept by the next start.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    private readonly WorkerHost _workers;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SecondSignal(WorkerHost workers, ILogger logger)
    {
        _workers = workers;
        _logger = logger;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Take), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take)];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        switch (Interlocked.Increment(ref _signals))
        {
            case 1:
                SiloLog.Stopping(_logger, $"{context.Signal}");
                return; // and the host takes it; not yet started, the system does
            case 2:
                context.Cancel = true;
                SiloLog.LeavingNow(_logger, $"{context.Signal}");
                LeaveNow(ExitCodeOf(context.Signal));
                return;
            default:
                context.Cancel = true; // it is being done
                return;
        }
    }

    private void LeaveNow(int code)
    {
        // Faults are of no interest any more, and a wait without limit is what nobody wants now.
        Task.WhenAny(_workers.KillAllAsync(), Task.Delay(Limit)).GetAwaiter().GetResult();
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        // Not Environment.Exit: that waits for the peaceful stop that is going on.
        Exit(code);
    }

    private static int ExitCodeOf(PosixSignal signal) => 128 + (signal == PosixSignal.SIGINT ? 2 : 15);

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
