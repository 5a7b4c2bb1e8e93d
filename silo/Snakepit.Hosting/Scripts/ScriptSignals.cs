using System.Runtime.InteropServices;

namespace Snakepit.Hosting.Scripts;

/// <summary>The signals that tell a script to end. The first one is kept from the process, so that the silo is stopped in order.</summary>
internal sealed class ScriptSignals : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    /// <summary>Never disposed of: a signal handler may still cancel it then, and its exception would end the process.</summary>
    private readonly CancellationTokenSource _told = new();

    private readonly PosixSignalRegistration[] _registrations;
    private int _number;

    public ScriptSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = Hear(Interrupt)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = Hear(Terminate)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Told => _told.Token;

    /// <summary>Its number; null when none has come.</summary>
    public int? Number => Volatile.Read(ref _number) is var number and not 0 ? number : null;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    /// <summary>A second signal ends the process, because the person does not want to wait for the order.</summary>
    /// <returns>It is the first one, and is kept from the process.</returns>
    public bool Hear(int number)
    {
        if (Interlocked.CompareExchange(ref _number, number, 0) != 0)
            return false;
        _ = _told.CancelAsync(); // what the script does then must neither block nor break the thread of the signal
        return true;
    }
}
