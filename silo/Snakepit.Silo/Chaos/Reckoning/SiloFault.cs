namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>One fault of a silo and how the cluster recovered from it. Moments are the time since the run began. One owner.</summary>
internal sealed class SiloFault(SiloFaultBegan began)
{
    /// <summary>How long after the silo serves again news of it may still be on the way.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(10);

    public string What => began.What;

    public string Silo => began.Silo;

    public TimeSpan At => began.At;

    /// <summary>The silo's process runs again.</summary>
    public TimeSpan? Runs { get; set; }

    /// <summary>Its health says that it is ready.</summary>
    public TimeSpan? Ready { get; set; }

    /// <summary>End of the first success that was sent after the fault.</summary>
    public TimeSpan? FirstSuccess { get; private set; }

    /// <summary>End of the last failure that has to do with it.</summary>
    public TimeSpan? LastFailure { get; private set; }

    /// <summary>End of the first success on its own workers that was sent after its process ran again.</summary>
    public TimeSpan? Serves { get; private set; }

    /// <summary>Calls that failed for it.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether a call lived while the silo was away.</summary>
    public bool Overlaps(CallEnded call) => call.At >= At && (Serves is not { } serves || call.Sent <= serves);

    /// <summary>Whether a failure of the call may have to do with the fault.</summary>
    public bool MayExplain(CallEnded call) => call.At >= At && (Serves is not { } serves || call.Sent <= serves + Aftermath);

    /// <summary>A call has succeeded.</summary>
    public void Succeeded(CallEnded call)
    {
        if (call.Sent < At)
            return;
        FirstSuccess ??= call.At;
        if (Runs is { } runs && call.Sent >= runs && call.Answer.Silo == Silo)
            Serves ??= call.At;
    }

    /// <summary>A call has failed as calls fail when a silo is away.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isOnlyOne">No other fault may explain it.</param>
    public void Failed(CallEnded call, bool isOnlyOne)
    {
        if (!isOnlyOne && call.Answer.Door != Silo && call.Answer.Detail?.Contains(Silo, StringComparison.Ordinal) != true)
            return;
        Failures++;
        if (LastFailure is not { } last || call.At > last)
            LastFailure = call.At;
    }
}
