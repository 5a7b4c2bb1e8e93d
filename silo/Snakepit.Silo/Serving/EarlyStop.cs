namespace Snakepit.Silo.Serving;

/// <summary>
/// A silo that is told to stop while it still starts, for example while it waits for its cluster. What Orleans and the host then say
/// about their interrupted start, with stack traces, is left out of the log: an operator has asked for it.
/// </summary>
internal sealed class EarlyStop
{
    private volatile bool _has;

    /// <summary>Whether a line of theirs goes into the log.</summary>
    public bool Passes(LogLevel level, LogLevel lowest) => !_has && level >= lowest;

    public void Watch(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.Register(() => _has = !lifetime.ApplicationStarted.IsCancellationRequested);
}
