using System.Diagnostics;
using System.Runtime.InteropServices;
using Snakepit.Workers.Host;

namespace Snakepit.Silo.Serving;

/// <summary>
/// The host answers the first SIGINT or SIGTERM: it drains and stops. At a second one the silo kills all workers and leaves at once,
/// because the operator does not want to wait. A signal that comes together with the first counts as the same one: a wrapper has passed on
/// what the terminal sends to the whole process group.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    /// <summary>Shorter than the time between two presses of a key.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(250);

    private readonly WorkerHost _workers;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _taking = new();
    private long _first;
    private bool _leaving;

    public SecondSignal(WorkerHost workers, ILogger logger)
    {
        _workers = workers;
        _logger = logger;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Take),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        lock (_taking)
        {
            if (_first == 0)
            {
                _first = Stopwatch.GetTimestamp();
                SiloLog.Stopping(_logger, $"{context.Signal}");
                return; // The host handles this signal. Before the host has started, the system's default ends the process.
            }

            context.Cancel = true;
            if (_leaving || Stopwatch.GetElapsedTime(_first) < Together)
                return;
            _leaving = true;
        }

        SiloLog.LeavingNow(_logger, $"{context.Signal}");
        LeavingAtOnce.Leave(_workers, ExitCodeOf(context.Signal));
    }

    private static int ExitCodeOf(PosixSignal signal) => 128 + (signal == PosixSignal.SIGINT ? 2 : 15);
}
