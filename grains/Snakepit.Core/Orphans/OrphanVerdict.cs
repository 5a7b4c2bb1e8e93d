namespace Snakepit.Core.Orphans;

/// <summary>What becomes of a record, or of a process found without one.</summary>
public enum OrphanAction
{
    /// <summary>Its processes are killed, then the record goes.</summary>
    Kill,

    /// <summary>Nothing is touched, the record stays.</summary>
    Keep,

    /// <summary>There is nothing to kill; the record goes.</summary>
    Forget,
}

/// <param name="Action">What to do.</param>
/// <param name="Pid">The process in question.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
/// <param name="Targets">Whom to kill.</param>
public sealed record OrphanVerdict(OrphanAction Action, int Pid, string Reason, IReadOnlyList<ProcessFacts> Targets);
