using System.Runtime.InteropServices;

namespace Snakepit.Silo.Commands;

/// <summary>Ctrl-C as the usual end of a command that goes on for ever: the command ends in order, with exit code 0.</summary>
internal sealed class CtrlC : IDisposable
{
    private readonly CancellationTokenSource _pressed;
    private readonly PosixSignalRegistration _registration;

    /// <param name="outer">Ends the command too.</param>
    public CtrlC(CancellationToken outer)
    {
        _pressed = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            _pressed.Cancel();
        });
    }

    /// <summary>Cancelled when it was pressed.</summary>
    public CancellationToken Pressed => _pressed.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _pressed.Dispose();
    }
}
