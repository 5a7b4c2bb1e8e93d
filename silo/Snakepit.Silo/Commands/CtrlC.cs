using System.Runtime.InteropServices;

namespace Snakepit.Silo.Commands;

/// <summary>
/// Ctrl-C as a command's end in order, once: a second one ends the process at once, as without this. SIGTERM, by which programs end
/// programs, counts as Ctrl-C.
/// </summary>
internal sealed class CtrlC : IDisposable
{
    private readonly CancellationTokenSource _pressed;
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="outer">Ends the command too.</param>
    public CtrlC(CancellationToken outer)
    {
        _pressed = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Press), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Press)];
    }

    /// <summary>Cancelled when it was pressed.</summary>
    public CancellationToken Pressed => _pressed.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _pressed.Dispose();
    }

    private void Press(PosixSignalContext context)
    {
        if (_pressed.IsCancellationRequested)
            return; // the system's own way ends the process
        context.Cancel = true;
        _pressed.Cancel();
    }
}
