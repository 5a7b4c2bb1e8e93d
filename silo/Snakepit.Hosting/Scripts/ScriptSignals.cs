using System.Runtime.InteropServices;

namespace Snakepit.Hosting.Scripts;

/// <summary>The signals that tell a script to end. The first one is kept from the process, so that the silo is stopped in order.</summary>
internal sealed class ScriptSignals : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private readonly CancellationTokenSource _told = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _number;

    public ScriptSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Hear(context, Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Hear(context, Terminate)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Told => _told.Token;

    /// <summary>Its number; null when none has come.</summary>
    public int? Number => Volatile.Read(ref _number) is var number and not 0 ? number : null;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _told.Dispose();
    }

    /// <summary>A second signal ends the process, because the person does not want to wait for the order.</summary>
    private void Hear(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref _number, number, 0) != 0)
            return;
        context.Cancel = true;
        _told.Cancel();
    }
}
