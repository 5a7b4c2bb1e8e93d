namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>Something that happened. Moments are the time since the run began.</summary>
internal abstract record ChaosEvent;

/// <summary>A call has ended.</summary>
/// <param name="Call">What was called.</param>
/// <param name="Sent">When.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Answer">How it ended.</param>
internal sealed record CallEnded(ChaosCall Call, TimeSpan Sent, TimeSpan Took, CallAnswer Answer) : ChaosEvent
{
    public TimeSpan At => Sent + Took;
}

/// <summary>A worker, or a pool's workers, met a fault.</summary>
internal sealed record WorkerFault(TimeSpan At, string What, string Whom) : ChaosEvent;

/// <summary>A fault of a silo begins. Sent before the silo feels it.</summary>
internal sealed record SiloFaultBegan(int Fault, TimeSpan At, string What, string Silo, string How) : ChaosEvent;

/// <summary>The silo's process runs again.</summary>
internal sealed record SiloRuns(int Fault, TimeSpan At, string How) : ChaosEvent;

/// <summary>The silo's health says that it is ready.</summary>
internal sealed record SiloReady(int Fault, TimeSpan At) : ChaosEvent;

/// <summary>A promise was broken.</summary>
/// <param name="Kind">Which, in words under which violations are counted.</param>
/// <param name="What">Where and how.</param>
internal sealed record Violation(string Kind, string What) : ChaosEvent
{
    public const string WrongAnswer = "wrong answers";
    public const string LostSession = "session states silently lost";
    public const string Unearned = "failures that chaos does not earn";
    public const string SiloMisbehaved = "silos that did not start, serve or stop as they should";
    public const string Left = "things left behind";
    public const string Balance = "balances that do not add up";
    public const string Ledger = "calls whose end and runs disagree";
}

/// <summary>Something worth a line.</summary>
internal sealed record Note(TimeSpan At, string What) : ChaosEvent;

/// <summary>A second has passed.</summary>
internal sealed record SecondPassed(TimeSpan At) : ChaosEvent;

/// <summary>All calls of the storm have ended.</summary>
internal sealed record StormOver : ChaosEvent;
